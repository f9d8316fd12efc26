//! Panics of tasks, which otherwise end unseen in the task that was spawned.

use std::{
    panic,
    sync::{Mutex, Once, PoisonError},
};

static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Notes every panic inside a task, beside what is printed of it.
pub(super) fn watch() {
    static WATCHING: Once = Once::new();
    WATCHING.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            // A test itself runs in no task of the server's.
            if tokio::task::try_id().is_some() {
                lock().push(panic.to_string());
            }
            print(panic);
        }));
    });
}

/// The panics so far, in this process: tests run side by side, so one of another test counts, too.
pub(super) fn seen() -> Vec<String> {
    lock().clone()
}

fn lock() -> std::sync::MutexGuard<'static, Vec<String>> {
    PANICS.lock().unwrap_or_else(PoisonError::into_inner)
}
