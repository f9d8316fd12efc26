//! (h) Two instances joined by Redis: what it takes to cross from one to the other.

use std::time::Duration;

use anyhow::Result;

use super::{
    guests::Party,
    measured::{Load, Measured, measure},
    target::Target,
};
use crate::{
    database,
    report::{millis, row, table},
};

const CASES: [(&str, usize, usize); 2] = [
    ("100 rooms of 10, all at 20 Hz", 1_000, 100),
    ("100 people in a room, all at 20 Hz", 100, 1),
];
const CURSOR_HZ: f64 = 20.0;
const TICKS_MS: [u64; 2] = [50, 16];

pub(crate) async fn run(seconds: u64) -> Result<()> {
    let (postgres, redis) = (database::fresh("load_joined").await?, database::redis());
    let (Some(postgres), Some(redis)) = (postgres, redis) else {
        println!("\n(h) not measured: TEST_DATABASE_URL or TEST_REDIS_URL is not set");
        return Ok(());
    };
    let span = Duration::from_secs(seconds);
    for (name, clients, rooms) in CASES {
        let load = Load {
            party: Party {
                clients,
                rooms,
                editors: 0,
            },
            movers: clients,
            cursor_hz: CURSOR_HZ,
            pace: None,
        };
        let keys = tempfile::tempdir()?;
        let file = keys.path().join("keys.toml");
        let mut rows = vec![heading()];
        for tick in TICKS_MS {
            let bare = Target::bare_joined(Some(tick), &redis).await?;
            let bare = measure(&bare, load, span).await?;
            rows.push(line(&format!("bare, {tick} ms tick"), &bare));
        }
        let ours = Target::ours_joined(&postgres, &redis, &file).await?;
        let ours = measure(&ours, load, span).await;
        if let Ok(ours) = &ours {
            rows.insert(1, line("NonLinear", ours));
        }
        table(
            &format!("(h) two instances, {name}, half of each room on either"),
            &rows,
        );
        ours?.complain(name);
    }
    println!("  aim: 5 µs of both servers' CPU");
    Ok(())
}

fn heading() -> Vec<String> {
    row([
        "",
        "CPU each, both",
        "same instance p50",
        "p99",
        "other instance p50",
        "p99",
        "added p50",
        "added p99",
        "superseded",
        "lost",
        "doubled",
        "disordered",
    ])
}

fn line(name: &str, measured: &Measured) -> Vec<String> {
    let [same, other] = &measured.latency;
    let added = |percent| {
        let (same, other) = (same.percentile(percent), other.percentile(percent));
        format!("{:.1} ms", (other.as_secs_f64() - same.as_secs_f64()) * 1e3)
    };
    let counts = measured.cursors;
    row([
        name,
        &format!("{:.2} µs", measured.cpu_per_cursor().unwrap_or_default()),
        &millis(same.percentile(50)),
        &millis(same.percentile(99)),
        &millis(other.percentile(50)),
        &millis(other.percentile(99)),
        &added(50),
        &added(99),
        &counts.superseded.to_string(),
        &counts.lost.to_string(),
        &counts.doubled.to_string(),
        &counts.disordered.to_string(),
    ])
}
