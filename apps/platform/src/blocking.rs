//! Work that takes a thread for long.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Computes on this thread, while another one takes over the tasks that wait for it.
pub fn in_place<T>(compute: impl FnOnce() -> T) -> T {
    let flavor = Handle::try_current().map(|runtime| runtime.runtime_flavor());
    match flavor {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(compute),
        // There is no other thread, as in a test.
        _ => compute(),
    }
}
