//! What nobody needs any more goes after the days of its setting.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Paths, Program, TestApp, generated};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn rows(app: &TestApp, table: &str) -> i64 {
    let ask = format!("SELECT count(*) AS records FROM {table}");
    app.count(&ask, []).await
}

#[tokio::test]
async fn records_sessions_and_projects_in_the_trash_go_after_their_days_and_no_sooner() {
    let app = TestApp::with(|settings| {
        settings.retention.audit_days = 10;
        settings.retention.sessions_days = 20;
        settings.storage.trash_days = 30;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    owner.delete(&project.path()).await.expect(204);
    let (records, sessions) = (app.audit_count().await, rows(&app, "auth_sessions").await);
    assert!(records > 1 && sessions == 1);

    app.clock_shift(DAY * 9);
    app.sweep().await;
    assert_eq!(app.audit_count().await, records);

    app.clock_shift(DAY * 2);
    app.sweep().await;
    assert_eq!(app.audit_count().await, 0);
    // It ended after seven days without use, and is kept for twenty.
    app.clock_shift(DAY * 15);
    app.sweep().await;
    assert_eq!(rows(&app, "auth_sessions").await, 1);
    app.clock_shift(DAY * 2);
    app.sweep().await;
    assert_eq!(rows(&app, "auth_sessions").await, 0);
    assert_eq!(rows(&app, "projects").await, 1);
    app.clock_shift(DAY * 3);
    app.sweep().await;
    assert_eq!(rows(&app, "projects").await, 0);
}

#[tokio::test]
async fn nodes_in_the_trash_go_after_their_days_and_what_they_cost_stays() {
    let app = TestApp::with(|settings| settings.retention.trash_nodes_days = 5).await;
    let (project, owner, []) = app.project([]).await;
    let above = owner.create_node(project, "Why?").await;
    let below = owner.create_node(project, "And then?").await;
    owner.connect(project, above, below).await;
    owner.generate(project, below, json!({})).await;
    generated(&owner, project, below).await;
    owner.delete(&project.node(below)).await.ok();

    app.clock_shift(DAY * 4);
    app.sweep().await;
    let owner = app.log_in("owner").await;
    let trash = owner
        .all(&format!("{}?trashed=true", project.nodes()), 50)
        .await;
    assert_eq!(trash.len(), 1);
    app.clock_shift(DAY * 2);
    app.sweep().await;

    let owner = app.log_in("owner").await;
    let trash = owner
        .all(&format!("{}?trashed=true", project.nodes()), 50)
        .await;
    assert_eq!(trash.len(), 0);
    let restore = format!("{}/restore", project.node(below));
    owner
        .post(&restore, Value::Null)
        .await
        .problem(404, "not_found");
    assert_eq!(app.rows_of("edges", project).await, 0);
    assert_eq!(app.rows_of("generations", project).await, 1);
    owner.get(&project.node(above)).await.expect(200);
}

#[tokio::test]
async fn with_no_days_everything_is_kept() {
    let app = TestApp::with(|settings| {
        settings.retention.audit_days = 0;
        settings.retention.sessions_days = 0;
        settings.retention.trash_nodes_days = 0;
        settings.storage.trash_days = 0;
        settings.jobs.keep_done_days = 0;
    })
    .await;
    let (project, owner, []) = app.project([]).await;
    let node = owner.create_node(project, "Why?").await;
    owner.delete(&project.node(node)).await.ok();
    owner.delete(&project.path()).await.expect(204);
    app.jobs_done().await;
    let tables = [
        "audit_records",
        "auth_sessions",
        "projects",
        "nodes",
        "jobs",
    ];
    let mut before = Vec::new();
    for table in tables {
        before.push(rows(&app, table).await);
    }

    app.clock_shift(DAY * 10_000);
    app.sweep().await;

    for (table, before) in tables.into_iter().zip(before) {
        assert_eq!(rows(&app, table).await, before, "{table}");
        assert!(before > 0, "{table}");
    }
}

#[tokio::test]
async fn purge_says_how_much_would_go_and_removes_it_when_it_is_not_only_asked() {
    let program = Program::new().await;
    program.run(&["migrate", "up"]).ok();
    program
        .run(&["user", "create", "--email", "ada@example.org"])
        .ok();
    let purge = |arguments: &[&str]| {
        let all: Vec<&str> = ["purge"].iter().chain(arguments).copied().collect();
        program.run(&all).ok()
    };

    let nothing = purge(&["--dry-run"]);
    let kept = purge(&["--set", "retention.audit_days=0", "--dry-run"]);
    let removed = purge(&[]);

    for line in [
        "jobs that are done: 0 would go (jobs.keep_done_days = 7)",
        "records of the audit: 0 would go (retention.audit_days = 365)",
        "projects in the trash: 0 would go (storage.trash_days = 30)",
    ] {
        assert!(
            nothing.lines().any(|said| said == line),
            "{line}: {nothing}"
        );
    }
    let for_ever = "records of the audit: kept for ever (retention.audit_days = 0)";
    assert!(kept.lines().any(|said| said == for_ever), "{kept}");
    assert!(
        removed.contains("records of the audit: 0 removed"),
        "{removed}"
    );
    program.remove().await;
}
