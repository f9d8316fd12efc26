//! One measurement: a crowd under load for some seconds.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::{
    crowd::{Crowd, Pace},
    cursors,
    guests::Party,
    ops,
    target::Target,
};
use crate::{
    histogram::Histogram,
    process::{CpuTimes, Process},
    report::{millis, row},
};

/// Until caches are warm and the presence of arrivals has settled.
const WARM_UP: Duration = Duration::from_secs(2);
/// What has not arrived so long after the last was sent is lost.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the crowd does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) party: Party,
    pub(crate) movers: usize,
    pub(crate) cursor_hz: f64,
    pub(crate) pace: Option<Pace>,
}

pub(crate) struct Measured {
    span: Duration,
    /// Seconds, of all processes of the target; nothing if they are not known.
    cpu: Option<f64>,
    own_cpu: f64,
    /// From the same instance, and from another.
    pub(crate) latency: [Histogram; 2],
    pub(crate) cursors: cursors::Counts,
    ack: Histogram,
    delivery: Histogram,
    everyone: Histogram,
    ops: ops::Counts,
    unfinished: u64,
    lateness: Histogram,
    broken: u64,
    last_break: Option<String>,
}

pub(crate) async fn measure(target: &Target, load: Load, span: Duration) -> Result<Measured> {
    let guests = target.guests(load.party).await?;
    let mut crowd = Crowd::new(guests, load.party, load.movers)?;
    crowd.gather()?;
    if load.cursor_hz > 0.0 {
        crowd.start_moving(load.cursor_hz);
    }
    if let Some(pace) = load.pace {
        crowd.start_editing(pace)?;
    }
    crowd.run_for(WARM_UP)?;

    crowd.records.measure();
    let cpu_before = cpu(target)?;
    let own_before = Process::own().cpu()?;
    let started = Instant::now();
    crowd.run_for(span)?;
    let span = started.elapsed();
    let own_cpu = Process::own().cpu()?.seconds_since(&own_before);
    let after = cpu(target)?;
    let used = after.iter().zip(&cpu_before);
    let used: f64 = used.map(|(now, before)| now.seconds_since(before)).sum();
    crowd.records.stop_measuring();

    crowd.stop();
    crowd.run_until(PATIENCE, |records| {
        records.ops.unfinished == 0 && records.cursors.settled()
    })?;
    let mut records = crowd.records;
    records.cursors.finish();
    Ok(Measured {
        span,
        cpu: (!after.is_empty()).then_some(used),
        own_cpu,
        latency: records.cursors.latency,
        cursors: records.cursors.counts,
        ack: records.ops.ack,
        delivery: records.ops.delivery,
        everyone: records.ops.everyone,
        ops: records.ops.counts,
        unfinished: records.ops.unfinished,
        lateness: records.lateness,
        broken: records.broken,
        last_break: records.last_break,
    })
}

fn cpu(target: &Target) -> Result<Vec<CpuTimes>> {
    target.processes().into_iter().map(Process::cpu).collect()
}

pub(crate) fn cursor_heading() -> Vec<String> {
    row([
        "",
        "CPU each",
        "of bare",
        "p50",
        "p90",
        "p99",
        "max",
        "delivered/s",
        "superseded",
        "lost",
        "doubled",
        "disordered",
        "server",
        "generator",
        "late p99",
    ])
}

impl Measured {
    /// Microseconds of the servers' CPU for each cursor that somebody saw.
    pub(crate) fn cpu_per_cursor(&self) -> Option<f64> {
        Some(self.cpu? * 1e6 / self.delivered().max(1) as f64)
    }

    fn delivered(&self) -> u64 {
        self.latency.iter().map(Histogram::count).sum()
    }

    /// `bare` is what the same load costs a bare server.
    pub(crate) fn cursor_row(&self, name: &str, bare: Option<&Self>) -> Vec<String> {
        let each = self.cpu_per_cursor();
        let ratio = each.zip(bare.and_then(Self::cpu_per_cursor));
        let [latency, _] = &self.latency;
        let counts = self.cursors;
        row([
            name,
            &each.map(|each| format!("{each:.2} µs")).unwrap_or_default(),
            &ratio
                .map(|(ours, bare)| format!("{:.2}", ours / bare))
                .unwrap_or_default(),
            &millis(latency.percentile(50)),
            &millis(latency.percentile(90)),
            &millis(latency.percentile(99)),
            &millis(latency.max()),
            &self.per_second(self.delivered()),
            &share(counts.superseded, counts.delivered),
            &counts.lost.to_string(),
            &counts.doubled.to_string(),
            &counts.disordered.to_string(),
            &self.cpu.map(|cpu| self.percent(cpu)).unwrap_or_default(),
            &self.percent(self.own_cpu),
            &millis(self.lateness.percentile(99)),
        ])
    }

    pub(crate) fn ops_heading() -> Vec<String> {
        row([
            "",
            "acked/s",
            "of bare",
            "CPU each",
            "ack p50",
            "ack p99",
            "everyone p50",
            "everyone p99",
            "everyone max",
            "delivered/s",
            "refused",
            "unseen",
            "gaps",
            "doubled",
            "server",
            "generator",
        ])
    }

    /// `bare` is how many rows a second a single writer commits.
    pub(crate) fn ops_row(&self, name: &str, bare: Option<f64>) -> Vec<String> {
        let acked = self.ack.count();
        let rate = acked as f64 / self.span.as_secs_f64();
        let each = self.cpu.map(|cpu| cpu * 1e6 / acked.max(1) as f64);
        row([
            name,
            &format!("{rate:.0}"),
            &bare
                .map(|bare| format!("{:.2}", rate / bare))
                .unwrap_or_default(),
            &each.map(|each| format!("{each:.0} µs")).unwrap_or_default(),
            &millis(self.ack.percentile(50)),
            &millis(self.ack.percentile(99)),
            &millis(self.everyone.percentile(50)),
            &millis(self.everyone.percentile(99)),
            &millis(self.everyone.max()),
            &self.per_second(self.delivery.count()),
            &self.ops.refused.to_string(),
            &self.unfinished.to_string(),
            &self.ops.gaps.to_string(),
            &self.ops.doubled.to_string(),
            &self.cpu.map(|cpu| self.percent(cpu)).unwrap_or_default(),
            &self.percent(self.own_cpu),
        ])
    }

    /// What a table has no column for, because it should not be.
    pub(crate) fn complain(&self, name: &str) {
        if self.broken > 0 {
            let why = self.last_break.as_deref().unwrap_or_default();
            println!("  {name}: {} connections broke: {why}", self.broken);
        }
        if self.cursors.strayed > 0 {
            println!(
                "  {name}: {} cursors from another room",
                self.cursors.strayed
            );
        }
        if let Some(refusal) = &self.ops.first_refusal {
            println!("  {name}: the first refusal: {refusal}");
        }
    }

    fn per_second(&self, count: u64) -> String {
        format!("{:.0}", count as f64 / self.span.as_secs_f64())
    }

    fn percent(&self, cpu: f64) -> String {
        format!("{:.1} %", cpu / self.span.as_secs_f64() * 100.0)
    }
}

fn share(superseded: u64, delivered: u64) -> String {
    let all = (superseded + delivered).max(1);
    format!("{:.1} %", superseded as f64 / all as f64 * 100.0)
}
