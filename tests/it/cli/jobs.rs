//! Jobs, as an operator sees them.

use sea_orm::{ConnectOptions, ConnectionTrait, Database};

use crate::kit::Program;

const IDS: [&str; 3] = [
    "019a0000-0000-7000-8000-000000000001",
    "019a0000-0000-7000-8000-000000000002",
    "019a0000-0000-7000-8000-000000000003",
];

/// Puts jobs into the database that failed, as a server leaves them.
async fn fail_jobs(program: &Program) {
    let file = program.folder().join("data").join("nonlinear.db");
    let embedded = format!("sqlite://{}", file.display());
    let url = program.database_url().unwrap_or(&embedded);
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let database = Database::connect(options).await.expect("it is there");
    for id in IDS {
        let id = match program.database_url() {
            Some(_) => format!("'{id}'"),
            None => format!("X'{}'", id.replace('-', "")),
        };
        let insert = format!(
            "INSERT INTO jobs (id, kind, payload, queue, state, run_at, attempts, last_error, created_at, finished_at)
             VALUES ({id}, 'instructions.change', '{{\"project\": \"{}\"}}', 'short', 'FAILED',
                     '2026-01-01T00:00:00+00:00', 8, 'the dog ate it', '2026-01-01T00:00:00+00:00',
                     '2026-01-01T00:00:00+00:00')",
            IDS[0]
        );
        database
            .execute_unprepared(&insert)
            .await
            .expect("it is stored");
    }
    let _ = database.close().await;
}

#[tokio::test]
async fn failed_jobs_are_listed_retried_and_dropped_from_the_command_line() {
    let program = Program::new().await;
    program.run(&["migrate", "up"]).ok();
    assert_eq!(program.run(&["jobs", "list"]).ok(), "");
    fail_jobs(&program).await;
    let [first, second, third] = IDS;
    let list = |state: &str| program.run(&["jobs", "list", "--state", state]).ok();

    let failed = list("failed");
    let newest = program.run(&["jobs", "list", "--limit", "1"]).ok();
    let retried = program.run(&["jobs", "retry", first]).ok();
    let dropped = program.run(&["jobs", "drop", second]).ok();

    let lines: Vec<&str> = failed.lines().collect();
    assert_eq!(lines.len(), 3, "{failed}");
    for word in [
        first,
        "failed",
        "short",
        "instructions.change",
        "the dog ate it",
    ] {
        assert!(lines[2].contains(word), "{word}: {failed}");
    }
    assert!(
        newest.starts_with(third) && newest.lines().count() == 1,
        "{newest}"
    );
    assert_eq!(retried, "queued again: 1 job\n");
    assert_eq!(dropped, "dropped: 1 job\n");
    let queued = list("queued");
    assert!(
        queued.starts_with(first) && !queued.contains("ate it"),
        "{queued}"
    );
    assert!(list("failed").starts_with(third));
    assert_eq!(
        program.run(&["jobs", "list", "--kind", "none.such"]).ok(),
        ""
    );

    let waiting = program.run(&["jobs", "drop", first]).refused(1);
    assert!(waiting.contains("queued"), "{waiting}");
    program.run(&["jobs", "retry", second]).refused(1);
    assert_eq!(
        program.run(&["jobs", "drop", "--all-failed"]).ok(),
        "dropped: 1 job\n"
    );
    assert_eq!(
        program.run(&["jobs", "retry", "--all-failed"]).ok(),
        "queued again: 0 jobs\n"
    );
    assert_eq!(program.run(&["jobs", "retry"]).code, Some(2));
    program.remove().await;
}
