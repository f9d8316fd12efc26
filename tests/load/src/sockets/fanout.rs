//! (d) What a cursor costs for each person who sees it, beside a bare broadcast.

use std::time::Duration;

use anyhow::Result;

use super::{
    guests::Party,
    measured::{Load, cursor_heading, measure},
    target::Target,
};
use crate::report::table;

/// Our rooms gather for as long.
const OUR_TICK_MS: u64 = 50;
const SHORT_TICK_MS: u64 = 16;

struct Case {
    name: &'static str,
    clients: usize,
    rooms: usize,
    movers: usize,
    cursor_hz: f64,
    /// Whether nothing has to be gathered, so that a write per message is what to compare with.
    is_quiet: bool,
    aim: &'static str,
}

const CASES: [Case; 5] = [
    Case {
        name: "100 people in a room, all at 20 Hz",
        clients: 100,
        rooms: 1,
        movers: 100,
        cursor_hz: 20.0,
        is_quiet: false,
        aim: "0.6 µs or less, p99 one tick and 10 ms, 0 lost",
    },
    Case {
        name: "1,000 people in a room, 5 at 30 Hz",
        clients: 1_000,
        rooms: 1,
        movers: 5,
        cursor_hz: 30.0,
        is_quiet: false,
        aim: "2.2 µs or less",
    },
    Case {
        name: "100 rooms of 10, all at 20 Hz",
        clients: 1_000,
        rooms: 100,
        movers: 1_000,
        cursor_hz: 20.0,
        is_quiet: false,
        aim: "3 µs or less",
    },
    Case {
        name: "two people, one at 5 Hz",
        clients: 2,
        rooms: 1,
        movers: 1,
        cursor_hz: 5.0,
        is_quiet: true,
        aim: "at once, not a tick later",
    },
    Case {
        name: "10 people, one at 5 Hz",
        clients: 10,
        rooms: 1,
        movers: 1,
        cursor_hz: 5.0,
        is_quiet: true,
        aim: "at once, not a tick later",
    },
];

pub(crate) async fn run(seconds: u64) -> Result<()> {
    for case in CASES {
        compare(&case, Duration::from_secs(seconds)).await?;
    }
    Ok(())
}

async fn compare(case: &Case, span: Duration) -> Result<()> {
    let party = Party {
        clients: case.clients,
        rooms: case.rooms,
        editors: 0,
    };
    let load = Load {
        party,
        movers: case.movers,
        cursor_hz: case.cursor_hz,
        pace: None,
    };
    let fair = measure(&Target::bare(Some(OUR_TICK_MS)).await?, load, span).await?;
    let short = measure(&Target::bare(Some(SHORT_TICK_MS)).await?, load, span).await?;
    let each = measure(&Target::bare(None).await?, load, span).await?;
    let ours = measure(&Target::ours().await?, load, span).await;
    let bare = if case.is_quiet { &each } else { &fair };
    let mut rows = vec![cursor_heading()];
    if let Ok(ours) = &ours {
        rows.push(ours.cursor_row("NonLinear", Some(bare)));
    }
    for (name, measured) in [
        ("bare, a write per socket and 50 ms", &fair),
        ("bare, a write per socket and 16 ms", &short),
        ("bare, a write per message", &each),
    ] {
        rows.push(measured.cursor_row(name, Some(bare)));
        measured.complain(name);
    }
    table(&format!("(d) {}", case.name), &rows);
    println!("  aim: {}", case.aim);
    ours?.complain("NonLinear");
    Ok(())
}
