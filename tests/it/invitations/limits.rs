//! Invitations are mail to strangers: few of them, by people who are known, and with nobody's words on
//! the outside.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{GUEST, invite};
use crate::kit::{Client, PASSWORD, Paths, TestApp};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn with_rates(confirm: bool) -> TestApp {
    TestApp::with(|settings| {
        settings.rates.enabled = true;
        settings.rates.anonymous_per_minute = 1_000;
        settings.rates.user_per_minute = 10_000;
        settings.rates.login_per_minute = 1_000;
        settings.auth.confirm_addresses = Some(confirm);
    })
    .await
}

fn mails_to(app: &TestApp, address: &str) -> usize {
    app.mails().iter().filter(|mail| mail.to == address).count()
}

/// Invites somebody, and waits until the mail is there; how long that took.
async fn bystander(app: &TestApp, by: &Client, name: &str) -> Duration {
    let begun = Instant::now();
    let project = by.create_project("Mine").await;
    let address = format!("{name}@example.org");
    let body = json!({"email": address, "role": "VIEWER"});
    by.post(&project.invitations(), body).await.expect(201);
    app.mail(&address, |_| true).await;
    begun.elapsed()
}

#[tokio::test]
async fn two_hundred_invitations_to_one_stranger_become_a_few_mails() {
    let app = with_rates(false).await;
    let ben = app.register("ben").await;
    let mut senders = Vec::new();
    for sender in 0..4 {
        let sender = app.register(&format!("sender{sender}")).await;
        let mut projects = Vec::new();
        for _ in 0..10 {
            projects.push(sender.create_project("Buy now").await);
        }
        senders.push((sender, projects));
    }
    let before = bystander(&app, &ben, "friend0").await;

    let attack = async {
        let mut answers = Vec::new();
        for _ in 0..5 {
            for (sender, projects) in &senders {
                for project in projects {
                    answers.push(invite(sender, *project, "VIEWER").await);
                }
            }
        }
        answers
    };
    let (answers, during) = futures::join!(attack, bystander(&app, &ben, "friend1"));
    let after = bystander(&app, &ben, "friend2").await;

    println!("an invitation of somebody else took {before:?}, {during:?}, {after:?}");
    let sent = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(sent, 5);
    for refused in answers.into_iter().filter(|answer| answer.status != 201) {
        assert_ne!(refused.header("retry-after"), "", "{refused:?}");
        refused.problem(429, "rate_limited");
    }
    app.jobs_done().await;
    // Of those that replaced each other before they were mailed, the last is left.
    assert!((1..=5).contains(&mails_to(&app, GUEST)));
}

#[tokio::test]
async fn a_sender_has_so_many_invitations_a_day_in_all_projects() {
    let app = with_rates(false).await;
    let owner = app.register("owner").await;
    let ben = app.register("ben").await;
    let (one, two) = (
        owner.create_project("One").await,
        owner.create_project("Two").await,
    );
    let other = ben.create_project("Other").await;
    let invite = async |by: &Client, project: kernel::ProjectId, number: usize| {
        let body = json!({"email": format!("guest{number}@example.org"), "role": "VIEWER"});
        by.post(&project.invitations(), body).await
    };
    for number in 0..50 {
        let project = if number % 2 == 0 { one } else { two };
        invite(&owner, project, number).await.expect(201);
    }

    let refused = invite(&owner, two, 50).await;

    assert_ne!(refused.header("retry-after"), "");
    refused.problem(429, "rate_limited");
    invite(&ben, other, 50).await.expect(201);
    app.clock_shift(DAY + Duration::from_secs(1));
    let login = json!({"email": "owner@example.org", "password": PASSWORD});
    let login = app.anonymous().post("/auth/login?tokens=body", login).await;
    let owner = app.anonymous().logged_in(&login.expect(200));
    invite(&owner, two, 50).await.expect(201);
    app.jobs_done().await;
}

#[tokio::test]
async fn only_who_confirmed_their_own_address_sends_mail_to_others_where_that_is_asked_for() {
    let app = with_rates(true).await;
    let owner = app.register("owner").await;
    let project = owner.create_project("Project").await;

    let refused = invite(&owner, project, "VIEWER").await;

    refused.problem(403, "forbidden");
    let mail = app.mail("owner@example.org", |_| true).await;
    let token = json!({"token": mail.after("/verify?token=")});
    let verified = app.anonymous().post("/auth/email/verify", token).await;
    verified.ok();
    invite(&owner, project, "VIEWER").await.expect(201);
    app.jobs_done().await;
}

#[tokio::test]
async fn nothing_that_anybody_typed_stands_in_the_subject() {
    let app = TestApp::start().await;
    let mallory = app.register("mallory").await;
    let body = json!({"firstName": "Cheap pills", "lastName": "http://x.example"});
    mallory.patch("/users/me", body).await.expect(200);
    let project = mallory.create_project("You have won a prize").await;

    invite(&mallory, project, "VIEWER").await.expect(201);

    let mail = app.mail(GUEST, |_| true).await;
    assert_eq!(mail.subject, "An invitation to NonLinear");
    assert_ne!(json!(mail.text), Value::Null);
}
