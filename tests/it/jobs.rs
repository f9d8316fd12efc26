//! Work in the background: queues that do not hold up each other, and what becomes of jobs.

use std::{sync::Arc, time::Duration};

use kernel::Result;
use platform::{
    Command, Job, Platform, Queue, Write,
    jobs::{self, Filter, JobState, Which},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::generations::with_models;
use crate::kit::{Beat, Paths, Provider, Reply, TestApp, until};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How many jobs are in a state.
async fn count(app: &TestApp, state: JobState) -> usize {
    let filter = Filter {
        state: Some(state),
        kind: None,
        limit: 100,
    };
    let listed = async move |platform: Arc<Platform>| {
        jobs::list(&platform, filter)
            .await
            .expect("they are listed")
    };
    app.inside(listed).await.len()
}

#[tokio::test]
async fn runs_that_take_all_their_places_hold_up_no_mail_and_nothing_short() {
    let provider = Provider::start().await;
    provider.usually(Reply::Stream(vec![
        Beat::Text("Well".to_owned()),
        Beat::Hang,
    ]));
    let app = with_models(&provider, &["one"], |settings| {
        settings.jobs.at_once = 2;
        settings.generation.at_once_per_project = 10;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    for prompt in ["One?", "Two?", "Three?", "Four?"] {
        let node = owner.create_node(project, prompt).await;
        owner.generate(project, node, json!({})).await;
    }
    until("all places are taken", async || provider.times_asked() == 2).await;

    let invited = json!({"email": "ben@example.org", "role": "EDITOR"});
    let path = project.invitations();
    owner.post(&path, invited).await.expect(201);
    let speaks = json!({"instructions": {"about": "I live by the sea."}});
    owner.patch("/users/me", speaks).await.expect(200);

    app.mail("ben@example.org", |_| true).await;
    until("only the runs are left", async || {
        app.open_jobs().await == 4
    })
    .await;
    // Nobody took a third place meanwhile.
    assert_eq!(count(&app, JobState::Running).await, 2);
    assert_eq!(provider.times_asked(), 2);
    // A place that becomes free is taken at once.
    let first = owner.all(&project.nodes(), 10).await;
    for node in first {
        let cancel = json!({"ops": [{"op": "generation.cancel", "data": {"nodeId": node["id"]}}]});
        owner.post(&project.ops(), cancel).await.expect(200);
    }
    app.jobs_done().await;
}

#[tokio::test]
async fn jobs_that_are_done_are_forgotten_after_days() {
    let app = TestApp::start().await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Why?").await;
    owner.answer(project, node).await;
    app.jobs_done().await;
    let sweep = async || {
        app.sweep().await;
    };
    let done = count(&app, JobState::Done).await;

    app.clock_shift(DAY * 6);
    sweep().await;
    let kept = count(&app, JobState::Done).await;
    app.clock_shift(DAY * 2);
    sweep().await;

    // The mail to the owner, and the run.
    assert_eq!((done, kept), (2, 2));
    assert_eq!(count(&app, JobState::Done).await, 0);
}

/// A job that no feature does.
#[derive(Serialize, Deserialize)]
struct RemoveDust {}

impl Job for RemoveDust {
    const KIND: &'static str = "dust.remove";
    const QUEUE: Queue = Queue::Short;
}

struct QueueDust;

impl Command for QueueDust {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("a test");
        write.enqueue(&RemoveDust {})
    }
}

#[tokio::test]
async fn a_job_that_nobody_knows_is_listed_with_what_is_wrong_until_it_is_dropped() {
    let app = TestApp::start().await;
    app.inside(async |platform| platform.writer.housekeep(QueueDust).await)
        .await
        .expect("it is queued");
    until("it has failed for good", async || {
        // Each time it waits for longer.
        app.clock_shift(Duration::from_secs(11 * 60));
        count(&app, JobState::Failed).await == 1
    })
    .await;

    let listed = app
        .inside(async |platform| {
            let filter = Filter {
                kind: Some("dust.remove".to_owned()),
                limit: 10,
                ..Filter::default()
            };
            jobs::list(&platform, filter).await.expect("it is listed")
        })
        .await;
    let [job] = &listed[..] else {
        panic!("it is not one: {listed:?}");
    };

    assert_eq!(job.state.as_str(), "failed");
    // A shift of the clock in the middle of an attempt ends its lease, and makes one more of it.
    assert!(job.attempts >= 8, "{}", job.attempts);
    let error = job.last_error.as_deref().unwrap_or_default();
    assert!(error.contains("`dust.remove`"), "{error}");
    // The sweep leaves it: somebody has to look at it.
    app.clock_shift(DAY * 30);
    app.sweep().await;
    assert_eq!(count(&app, JobState::Failed).await, 1);
    let audited = app.audit_count().await;
    let dropped = app
        .inside(async |platform| jobs::drop_failed(&platform, Which::AllFailed).await)
        .await;
    assert_eq!(dropped.expect("it is dropped"), 1);
    assert_eq!(app.audit_count().await, audited + 1);
    assert_eq!(count(&app, JobState::Failed).await, 0);
}

#[tokio::test]
async fn jobs_are_measured_by_queue_and_state_and_counted_by_kind_and_outcome() {
    let app = TestApp::start().await;
    app.register("ada").await;
    app.jobs_done().await;

    let measured = app.anonymous().page("/metrics").await.text;

    for series in [
        "nonlinear_jobs{queue=\"mail\",state=\"queued\"}",
        "nonlinear_jobs{queue=\"runs\",state=\"failed\"}",
        "nonlinear_jobs_total{kind=\"accounts.mail\",outcome=\"done\"}",
    ] {
        assert!(measured.contains(series), "{measured}");
    }
}
