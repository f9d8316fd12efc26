//! Connections whose BEGIN was left before it was answered.

use std::{
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use kernel::Result;
use sea_orm::sqlx::{self, Executor, Row};
use tokio::time::error::Elapsed;

/// For so long after a BEGIN was left connections are asked whether they are inside of a transaction.
const GIVEN_UP_RECENTLY: Duration = Duration::from_secs(60);

/// When a BEGIN of Postgres was last left before it was answered.
///
/// The driver takes back what a dropped future did in a transaction, but not a transaction that it does not know to
/// have begun.
#[derive(Clone, Debug, Default)]
pub(super) struct GivenUp(Arc<Mutex<Option<Instant>>>);

impl GivenUp {
    /// The answer to a BEGIN, unless it is left before or takes longer.
    pub(super) async fn unless_answered<T>(
        &self,
        longest: Duration,
        beginning: impl Future<Output = T>,
    ) -> Result<T, Elapsed> {
        let mut beginning = pin!(beginning);
        // Dropped before the BEGIN is, whose connection is given back at once.
        let mut unanswered = Unanswered(Some(self));
        // To begin nobody waits for a lock, so who hears nothing has lost the database.
        let answer = tokio::time::timeout(longest, beginning.as_mut()).await?;
        unanswered.0 = None;
        Ok(answer)
    }

    /// A connection is given back right after its BEGIN was left, so this is long enough.
    pub(super) fn is_recent(&self) -> bool {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|at| at.elapsed() < GIVEN_UP_RECENTLY)
    }
}

struct Unanswered<'a>(Option<&'a GivenUp>);

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        if let Some(GivenUp(last)) = self.0 {
            *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
    }
}

/// Ends a transaction that a dropped BEGIN left open.
pub(super) async fn end_transaction(
    connection: &mut sqlx::PgConnection,
) -> Result<(), sqlx::Error> {
    // Postgres would log a warning at each ROLLBACK without a transaction, so it is asked first: only
    // inside of one does its time stand still. The question is a single message, for each one of a
    // prepared statement sets the time anew.
    let question = sqlx::raw_sql("SELECT now() <> statement_timestamp()");
    let answer = question.fetch_one(&mut *connection).await?;
    if answer.try_get(0)? {
        connection.execute("ROLLBACK").await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: Duration = Duration::from_secs(60);

    /// Says, when its connection is given back, whether it will be asked what it is inside of.
    struct Begin<'a>(&'a GivenUp, &'a Mutex<Option<bool>>);

    impl Drop for Begin<'_> {
        fn drop(&mut self) {
            *self.1.lock().unwrap() = Some(self.0.is_recent());
        }
    }

    async fn begin(begin: Begin<'_>, answer: impl Future<Output = ()>) {
        answer.await;
        drop(begin);
    }

    #[tokio::test]
    async fn the_connection_of_a_begin_that_is_left_is_asked_and_that_of_an_answered_one_is_not() {
        let (given_up, asked) = (GivenUp::default(), Mutex::new(None));

        let answered = begin(Begin(&given_up, &asked), std::future::ready(()));
        given_up.unless_answered(LONGEST, answered).await.unwrap();
        assert_eq!(*asked.lock().unwrap(), Some(false));

        let left = begin(Begin(&given_up, &asked), std::future::pending());
        let left = given_up.unless_answered(LONGEST, left);
        tokio::time::timeout(Duration::from_millis(1), left)
            .await
            .unwrap_err();
        assert_eq!(*asked.lock().unwrap(), Some(true));
    }
}
