//! (e) Operations over sockets: from sending to everybody's screen, and how many a second at most.

use std::time::Duration;

use anyhow::Result;

use super::{
    crowd::Pace,
    guests::Party,
    measured::{Load, Measured, measure},
    target::Target,
};
use crate::{
    baseline, database,
    report::{row, table},
};

const EDITORS: usize = 16;
const READERS: usize = 100;
const OPS_HZ: f64 = 20.0;
/// Enough to keep the door busy, and within what a lane takes at once.
const IN_FLIGHT: usize = 8;

pub(crate) async fn run(seconds: u64) -> Result<()> {
    let span = Duration::from_secs(seconds);
    let folder = tempfile::tempdir()?;
    let mut rows = vec![Measured::ops_heading()];
    let bare = baseline::sqlite_rows(folder.path(), span).await?;
    rows.push(row([
        "SQLite bare, 1 writer, a row a commit",
        &format!("{bare:.0}"),
    ]));
    for (name, load) in loads() {
        let measured = measure(&Target::ours().await?, load, span).await?;
        rows.push(measured.ops_row(&format!("SQLite, {name}"), Some(bare)));
        measured.complain(name);
    }
    match database::fresh("load_ops").await? {
        None => rows.push(row([
            "Postgres",
            "not measured: TEST_DATABASE_URL is not set",
        ])),
        Some(url) => {
            let bare = baseline::postgres_rows(&url, span).await?;
            rows.push(row([
                "Postgres bare, 1 writer, a row a commit",
                &format!("{bare:.0}"),
            ]));
            for (name, load) in loads() {
                let measured = measure(&Target::ours_on(&url).await?, load, span).await?;
                rows.push(measured.ops_row(&format!("Postgres, {name}"), Some(bare)));
                measured.complain(name);
            }
        }
    }
    table("(e) operations over sockets in one project", &rows);
    Ok(())
}

fn loads() -> [(&'static str, Load); 3] {
    let load = |readers: usize, pace| Load {
        party: Party {
            clients: EDITORS + readers,
            rooms: 1,
            editors: EDITORS,
        },
        movers: 0,
        cursor_hz: 0.0,
        pace: Some(pace),
    };
    [
        (
            "16 editors at 20/s, 100 readers",
            load(READERS, Pace::PerSecond(OPS_HZ)),
        ),
        (
            "saturated, 100 readers",
            load(READERS, Pace::InFlight(IN_FLIGHT)),
        ),
        ("saturated, no readers", load(0, Pace::InFlight(IN_FLIGHT))),
    ]
}
