//! Rows of one table that wait to be written together.

use std::{any::Any, any::TypeId, mem};

use kernel::Result;
use sea_orm::{DatabaseTransaction, EntityTrait};

use super::statements::Statements;

#[derive(Default)]
pub(super) struct Rows(Option<Box<dyn Waiting>>);

trait Waiting: Any + Send + Sync {
    fn table(&self) -> TypeId;
    fn insert(&mut self, statements: &mut Statements);
}

struct Of<E: EntityTrait>(Vec<E::ActiveModel>);

impl<E: EntityTrait> Waiting for Of<E>
where
    E::ActiveModel: Send + Sync,
{
    fn table(&self) -> TypeId {
        TypeId::of::<E>()
    }

    fn insert(&mut self, statements: &mut Statements) {
        statements.insert::<E, _>(mem::take(&mut self.0));
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

    /// Leaves them to be written with other statements.
    pub(super) fn store(&mut self, statements: &mut Statements) {
        if let Some(mut rows) = mem::take(&mut self.0) {
            rows.insert(statements);
        }
    }

    pub(super) async fn write(&mut self, transaction: &DatabaseTransaction) -> Result<()> {
        let mut statements = Statements::default();
        self.store(&mut statements);
        statements.run(transaction).await
    }
}
