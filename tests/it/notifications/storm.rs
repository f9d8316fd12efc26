//! Ten thousand notifications to a thousand people: none lost, none twice.

use std::time::Instant;

use chrono::TimeDelta;
use kernel::{ProjectId, Role};
use platform::{Command, Write};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::read_all;
use crate::kit::{Paths, TestApp, long};

/// Members that nobody logs in as.
struct Crowd {
    project: ProjectId,
    count: usize,
}

impl Command for Crowd {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> kernel::Result<()> {
        write.unrecorded("a crowd for a test");
        // They are no newcomers.
        let at = (write.now() - TimeDelta::days(1)).to_rfc3339();
        let connection = write.conn().await?;
        let is_postgres = connection.get_database_backend() == sea_orm::DbBackend::Postgres;
        let id = |id: Uuid| {
            if is_postgres {
                format!("'{id}'")
            } else {
                format!("X'{}'", id.simple())
            }
        };
        for _ in 0..self.count {
            let user = Uuid::now_v7();
            let sql = format!(
                "INSERT INTO users (id, email, password_hash, created_at, updated_at) \
                 VALUES ({0}, '{user}@example.org', 'none', '{at}', '{at}'); \
                 INSERT INTO project_members (project_id, user_id, role, joined_at) \
                 VALUES ({1}, {0}, 'VIEWER', '{at}')",
                id(user),
                id(self.project.uuid()),
            );
            let done = connection.execute_unprepared(&sql).await;
            done.map_err(kernel::Error::internal)?;
        }
        Ok(())
    }
}

/// How many are told something in one transaction, at most.
const NOTICES_AT_ONCE: usize = 200;

fn count(number: usize) -> i64 {
    i64::try_from(number).expect("a count")
}

/// How many transactions told something of a project: what is told together has one time.
async fn transactions(app: &TestApp, project: ProjectId) -> i64 {
    let ask =
        "SELECT count(DISTINCT created_at) AS records FROM notifications WHERE project_id = $1";
    app.count(ask, [project.uuid().into()]).await
}

/// How many people heard of exactly so many newcomers.
async fn people_who_heard_of(app: &TestApp, project: ProjectId, newcomers: usize) -> i64 {
    let ask = "SELECT count(*) AS records FROM (SELECT user_id FROM notifications WHERE project_id = $1 \
        AND type = 'COLLABORATION_JOINED' GROUP BY user_id HAVING count(*) = $2) AS people";
    let values = [project.uuid().into(), count(newcomers).into()];
    app.count(ask, values).await
}

/// How often somebody was told twice of one cause.
async fn told_twice(app: &TestApp, project: ProjectId) -> i64 {
    let ask = "SELECT count(*) AS records FROM (SELECT user_id FROM notifications WHERE project_id = $1 \
        GROUP BY user_id, cause HAVING count(*) > 1) AS twice";
    app.count(ask, [project.uuid().into()]).await
}

/// These people heard of each newcomer, each newcomer of those after them, and nobody of one thing twice.
async fn assert_each_heard_of_all_once(
    app: &TestApp,
    project: ProjectId,
    people: usize,
    newcomers: usize,
) {
    for heard_of in 1..=newcomers {
        let expected = if heard_of == newcomers { people } else { 1 };
        let who = people_who_heard_of(app, project, heard_of).await;
        assert_eq!(who, count(expected), "people who heard of {heard_of}");
    }
    assert_eq!(told_twice(app, project).await, 0);
}

#[tokio::test]
async fn a_storm_of_events_tells_a_thousand_people_each_of_all_of_them_once() {
    let (people, events) = if long() { (987, 11) } else { (185, 5) };
    let app = TestApp::start().await;
    let (project, owner, [watching]) = app.project([Role::Viewer]).await;
    app.jobs_done().await;
    read_all(&watching, json!({})).await;
    let crowd = Crowd {
        project,
        count: people,
    };
    let made = app.inside(async move |platform| platform.writer.housekeep(crowd).await);
    made.await.expect("they are there");
    // What writers remember of the members is from before the crowd came.
    let app = app.restart().await;
    let (owner, watching) = (
        app.anonymous().logged_in(&owner.login),
        app.anonymous().logged_in(&watching.login),
    );
    let mut newcomers = Vec::new();
    for number in 0..events {
        newcomers.push(app.register(&format!("new{number}")).await);
    }
    let before = app.rows_of("notifications", project).await;
    let transactions_before = transactions(&app, project).await;
    let mut socket = watching.socket().await;

    let begun = Instant::now();
    let asking = async {
        let mut asked = Vec::new();
        for newcomer in &newcomers {
            asked.push(begun.elapsed());
            let add = json!({"userId": newcomer.user_id(), "role": "VIEWER"});
            owner.post(&project.members(), add).await.expect(201);
        }
        asked
    };
    let hearing = async {
        let mut heard = Vec::new();
        for _ in 0..events {
            socket.next_of("notification").await;
            heard.push(begun.elapsed());
        }
        heard
    };
    let (asked, heard) = futures::join!(asking, hearing);
    socket
        .next_where("notifications.count", |frame| frame["unread"] == events)
        .await;
    app.jobs_done().await;
    let all = begun.elapsed();

    // The crowd and the watcher hear of each newcomer, each newcomer of those after them, and that they were added.
    let told = (people + 1) * events + events * (events - 1) / 2 + events;
    let found = app.rows_of("notifications", project).await - before;
    assert_eq!(found, count(told));
    assert_each_heard_of_all_once(&app, project, people + 1, events).await;
    let transactions = transactions(&app, project).await - transactions_before;
    let most = events * (people + events + 1).div_ceil(NOTICES_AT_ONCE);
    assert!(transactions <= count(most), "{transactions} transactions");
    let mut live: Vec<_> = asked
        .iter()
        .zip(&heard)
        .map(|(asked, heard)| heard.saturating_sub(*asked))
        .collect();
    live.sort_unstable();
    let rate = f64::from(u32::try_from(told).expect("few")) / all.as_secs_f64();
    println!(
        "{told} notifications of {events} events to {people} people in {transactions} transactions: \
         live after {:?} (median) and {:?} (the last), all kept after {all:?} ({rate:.0} a second)",
        live[events / 2],
        live[events - 1],
    );
}
