//! A request with an `Idempotency-Key` keeps the id of its operation, which is made and not derived.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter().table("idempotency_keys").to_owned();
        manager
            .alter_table(change.add_column(uuid_null("op_id")).take())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter().table("idempotency_keys").to_owned();
        manager
            .alter_table(change.drop_column("op_id").take())
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
