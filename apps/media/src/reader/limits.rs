//! What the process may take, and what it may ask of the system.

use std::io;

use rustix::process::{Resource, Rlimit, setrlimit};

/// In bytes and in seconds of a processor.
const MEMORY_BYTES_MAX: u64 = 1536 * 1024 * 1024;
const CPU_SECONDS_MAX: u64 = 60;
const OPEN_FILES_MAX: u64 = 16;

pub(super) fn limit() -> io::Result<()> {
    let limits = [
        (Resource::As, MEMORY_BYTES_MAX),
        (Resource::Cpu, CPU_SECONDS_MAX),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::Nofile, OPEN_FILES_MAX),
    ];
    for (resource, max) in limits {
        let most = Rlimit {
            current: Some(max),
            maximum: Some(max),
        };
        setrlimit(resource, most)?;
    }
    forbid()
}

/// From now on this thread reads and writes what is open, takes memory and ends; whatever else it asks for is refused.
/// A file that takes the reader over can so neither open a file, nor speak to anybody, nor start a program.
#[cfg(target_os = "linux")]
fn forbid() -> io::Result<()> {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

    let allowed = [
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_mmap,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_mprotect,
        libc::SYS_futex,
        libc::SYS_sched_yield,
        libc::SYS_getrandom,
        libc::SYS_clock_gettime,
        libc::SYS_sigaltstack,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];
    let filter = SeccompFilter::new(
        allowed.map(|call| (call, Vec::new())).into(),
        SeccompAction::Errno(libc::EPERM.unsigned_abs()),
        SeccompAction::Allow,
        std::env::consts::ARCH
            .try_into()
            .map_err(io::Error::other)?,
    );
    let program: BpfProgram = filter
        .and_then(TryInto::try_into)
        .map_err(io::Error::other)?;
    apply_filter(&program).map_err(io::Error::other)
}

/// Elsewhere there is no such filter; servers run on Linux.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "as it is on Linux")]
fn forbid() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    #[test]
    fn who_reads_a_file_opens_nothing_speaks_to_nobody_and_starts_nothing() {
        use std::{fs::File, io::ErrorKind, net::TcpStream, process::Command, thread};

        let refused = thread::spawn(|| {
            super::forbid().unwrap();
            [
                File::open("/etc/passwd").unwrap_err().kind(),
                TcpStream::connect("127.0.0.1:9").unwrap_err().kind(),
                Command::new("true").spawn().unwrap_err().kind(),
            ]
        });
        assert_eq!(refused.join().unwrap(), [ErrorKind::PermissionDenied; 3]);
    }
}
