//! What Linux tells about a process, and which cores it may use.

use std::{collections::HashMap, ffi::OsString, fs, path::Path, process::Command};

use anyhow::{Context, Result};
use rustix::{
    process::{Resource, Rlimit, getrlimit, setrlimit},
    thread::{CpuSet, sched_setaffinity},
};

/// Servers run on the first core and the generator on the second.
const SERVER_CORE: usize = 0;
const GENERATOR_CORE: usize = 1;

/// A process by its id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

impl Process {
    pub(crate) fn own() -> Self {
        Self(std::process::id())
    }

    /// What each of its threads has used until now.
    pub(crate) fn cpu(self) -> Result<CpuTimes> {
        let mut nanoseconds = HashMap::new();
        for task in fs::read_dir(format!("/proc/{}/task", self.0))? {
            let task = task?;
            // A thread may end between being listed and being read.
            let Ok(times) = fs::read_to_string(task.path().join("schedstat")) else {
                continue;
            };
            let on_cpu = times.split_whitespace().next().context("schedstat")?;
            nanoseconds.insert(task.file_name(), on_cpu.parse()?);
        }
        Ok(CpuTimes(nanoseconds))
    }

    /// Bytes of memory that are in use and not a file's.
    pub(crate) fn anonymous_bytes(self) -> Result<f64> {
        self.status_bytes("RssAnon:")
    }

    /// Bytes of memory that are in use.
    pub(crate) fn resident_bytes(self) -> Result<f64> {
        self.status_bytes("VmRSS:")
    }

    fn status_bytes(self, field: &str) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let number = line.and_then(|line| line.split_whitespace().next());
        let kibibytes: f64 = number.context("the kernel does not say")?.parse()?;
        Ok(kibibytes * 1024.0)
    }
}

/// Nanoseconds by thread, to the exact one, where the sum for the process counts in hundredths of a
/// second.
pub(crate) struct CpuTimes(HashMap<OsString, u64>);

impl CpuTimes {
    /// Seconds that the threads which are still there have used since.
    pub(crate) fn seconds_since(&self, earlier: &Self) -> f64 {
        let used = self.0.iter().map(|(thread, now)| {
            let before = earlier.0.get(thread).copied().unwrap_or_default();
            now.saturating_sub(before)
        });
        used.sum::<u64>() as f64 / 1e9
    }
}

/// Seconds of all cores that were not idle since the machine began, to a hundredth.
pub(crate) fn machine_busy() -> Result<f64> {
    const TICKS_A_SECOND: f64 = 100.0;
    /// Where `/proc/stat` has what was idle, or waited for a disk.
    const IDLE: [usize; 2] = [3, 4];
    let stat = fs::read_to_string("/proc/stat")?;
    let all = stat.lines().next().context("/proc/stat is empty")?;
    // What guests used is counted as used already.
    let times = all.split_whitespace().skip(1).take(8).enumerate();
    let busy = times.filter(|(place, _)| !IDLE.contains(place));
    let ticks: Vec<f64> = busy
        .map(|(_, ticks)| ticks.parse())
        .collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / TICKS_A_SECOND)
}

/// Kept to the server's core when there is one to spare.
pub(crate) fn on_server_core(program: &Path) -> Command {
    if !has_two_cores() {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", &SERVER_CORE.to_string()]).arg(program);
    command
}

/// Keeps this thread, and those that it will start, to the generator's core.
pub(crate) fn stay_on_generator_core() -> Result<()> {
    if has_two_cores() {
        let mut cores = CpuSet::new();
        cores.set(GENERATOR_CORE);
        sched_setaffinity(None, &cores)?;
    }
    Ok(())
}

fn has_two_cores() -> bool {
    Path::new(&format!("/sys/devices/system/cpu/cpu{GENERATOR_CORE}")).is_dir()
}

/// Allows this process, and those it will start, as many open files as the machine permits.
pub(crate) fn open_many_files() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let current = limit.maximum;
    Ok(setrlimit(Resource::Nofile, Rlimit { current, ..limit })?)
}
