//! Jobs, as an operator sees them.

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement,
};

use crate::kit::Program;

const IDS: [&str; 3] = [
    "019a0000-0000-7000-8000-000000000001",
    "019a0000-0000-7000-8000-000000000002",
    "019a0000-0000-7000-8000-000000000003",
];

/// The program's database, as nobody but a test goes to it.
async fn database(program: &Program) -> DatabaseConnection {
    let file = program.folder().join("data").join("nonlinear.db");
    let embedded = format!("sqlite://{}", file.display());
    let url = program.database_url().unwrap_or(&embedded);
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("it is there")
}

/// An id as it stands in a statement.
fn id_in(database: &DatabaseConnection, id: &str) -> String {
    match database.get_database_backend() {
        DbBackend::Sqlite => format!("X'{}'", id.replace('-', "")),
        DbBackend::Postgres | DbBackend::MySql | _ => format!("'{id}'"),
    }
}

async fn run(database: &DatabaseConnection, statement: &str) {
    let ran = database.execute_unprepared(statement).await;
    ran.expect("the statement is good");
}

/// Puts jobs into the database that failed, as a server leaves them.
async fn fail_jobs(program: &Program) {
    let database = database(program).await;
    for id in IDS {
        let id = id_in(&database, id);
        let insert = format!(
            "INSERT INTO jobs (id, kind, payload, queue, state, run_at, attempts, last_error, created_at, finished_at)
             VALUES ({id}, 'instructions.change', '{{\"project\": \"{}\"}}', 'short', 'FAILED',
                     '2026-01-01T00:00:00+00:00', 8, 'the dog ate it', '2026-01-01T00:00:00+00:00',
                     '2026-01-01T00:00:00+00:00')",
            IDS[0]
        );
        run(&database, &insert).await;
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

#[tokio::test]
async fn a_job_of_a_batch_that_is_retried_is_counted_as_still_to_be_done() {
    let program = Program::new().await;
    let mut serving = program.serve(&["serve"]);
    let (_, client) = serving.ready().await;
    let ada = client.register("ada@example.org").await;
    let project = ada.create_project("Ada's").await.to_string();
    assert_eq!(serving.terminate(), Some(0));
    fail_jobs(&program).await;
    let [job, batch, _] = IDS;
    let database = database(&program).await;
    let id = |id: &str| id_in(&database, id);
    let (project, user, batch) = (id(&project), id(&ada.user_id().to_string()), id(batch));
    run(
        &database,
        &format!(
            "INSERT INTO job_batches (project_id, id, name, requested_by, state, total_jobs, pending_jobs, failed_jobs,
                                      failed_job_ids, options, created_at)
             VALUES ({project}, {batch}, 'generation.refresh', {user}, 'RUNNING', 2, 0, 1, '[\"{job}\"]', '{{}}',
                     '2026-01-01T00:00:00+00:00')"
        ),
    )
    .await;
    let of_batch = format!(
        "UPDATE jobs SET project_id = {project}, batch_id = {batch} WHERE id = {}",
        id(job)
    );
    run(&database, &of_batch).await;

    let retried = program.run(&["jobs", "retry", job]).ok();

    assert_eq!(retried, "queued again: 1 job\n");
    let counts = Statement::from_string(
        database.get_database_backend(),
        "SELECT total_jobs, pending_jobs, failed_jobs FROM job_batches",
    );
    let counts = database.query_one_raw(counts).await;
    let counts = counts.expect("it is read").expect("there is one");
    let count = |column: &str| counts.try_get::<i64>("", column).expect("a number");
    assert_eq!(
        ["total_jobs", "pending_jobs", "failed_jobs"].map(count),
        [2, 1, 0]
    );
    let _ = database.close().await;
    program.remove().await;
}
