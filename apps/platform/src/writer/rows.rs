//! Rows of one table that wait to be written together.

use std::{any::Any, any::TypeId, mem};

use futures::future::BoxFuture;
use kernel::Result;
use sea_orm::{DatabaseTransaction, EntityTrait};

use super::effects::insert;

#[derive(Default)]
pub(super) struct Rows(Option<Box<dyn Waiting>>);

trait Waiting: Any + Send + Sync {
    fn table(&self) -> TypeId;
    fn write<'t>(&'t mut self, transaction: &'t DatabaseTransaction) -> BoxFuture<'t, Result<()>>;
}

struct Of<E: EntityTrait>(Vec<E::ActiveModel>);

impl<E: EntityTrait> Waiting for Of<E>
where
    E::ActiveModel: Send + Sync,
{
    fn table(&self) -> TypeId {
        TypeId::of::<E>()
    }

    fn write<'t>(&'t mut self, transaction: &'t DatabaseTransaction) -> BoxFuture<'t, Result<()>> {
        Box::pin(insert::<E, _>(transaction, &mut self.0))
    }
}

impl Rows {
    pub(super) fn are_of<E: EntityTrait>(&self) -> bool {
        self.0
            .as_ref()
            .is_some_and(|rows| rows.table() == TypeId::of::<E>())
    }

    /// Adds a row to those that wait; rows of another table must have been written before.
    pub(super) fn push<E: EntityTrait>(&mut self, row: E::ActiveModel)
    where
        E::ActiveModel: Send + Sync,
    {
        let rows = self.0.get_or_insert_with(|| Box::new(Of::<E>(Vec::new())));
        let rows: &mut dyn Any = rows.as_mut();
        if let Some(rows) = rows.downcast_mut::<Of<E>>() {
            rows.0.push(row);
        }
    }

    pub(super) async fn write(&mut self, transaction: &DatabaseTransaction) -> Result<()> {
        match mem::take(&mut self.0) {
            Some(mut rows) => rows.write(transaction).await,
            None => Ok(()),
        }
    }
}
