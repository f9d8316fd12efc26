//! Ten thousand notifications to a thousand people: none lost, none twice.

use std::time::Instant;

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
        let at = write.now().to_rfc3339();
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
    let mut socket = watching.socket().await;

    let begun = Instant::now();
    for newcomer in &newcomers {
        let add = json!({"userId": newcomer.user_id(), "role": "VIEWER"});
        owner.post(&project.members(), add).await.expect(201);
    }
    let asked = begun.elapsed();
    socket
        .next_where("notifications.count", |frame| frame["unread"] == events)
        .await;
    let live = begun.elapsed();
    app.jobs_done().await;
    let all = begun.elapsed();

    // The crowd and the watcher hear of each newcomer, each newcomer of those after them, and that they were added.
    let told = (people + 1) * events + events * (events - 1) / 2 + events;
    let found = app.rows_of("notifications", project).await - before;
    assert_eq!(found, i64::try_from(told).expect("a count"));
    let rate = f64::from(u32::try_from(told).expect("few")) / all.as_secs_f64();
    println!(
        "{told} notifications of {events} events to {people} people: asked in {asked:?}, live after {live:?}, \
         all kept after {all:?} ({rate:.0} a second)"
    );
}
