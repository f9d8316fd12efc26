//! Doing a task: the model is asked, uses tools, hears what came of them, and is asked again, until it is done. Each step is
//! recorded before the next begins; whoever takes over goes on after the last.

mod acting;
mod conversation;
mod held;
mod offered;
mod outside;
mod saying;
mod standing;
mod stepping;
mod tools;
mod used;
mod writes;

use kernel::Result;
use platform::JobContext;

use crate::tasks::RunTask;
use held::{Next, Run};

pub(crate) async fn run(job: RunTask, context: JobContext) -> Result<()> {
    let Some(mut run) = Run::take(job, &context).await? else {
        return Ok(());
    };
    loop {
        match run.step().await {
            Ok(Next::GoOn) => {}
            Ok(Next::Stop | Next::Lost) => return Ok(()),
            Err(error) => return run.fail(error, context.attempt).await,
        }
    }
}
