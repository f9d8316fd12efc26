//! What an event did besides what it says: not only staleness.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(renamed("staleness", "effects")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(renamed("effects", "staleness")).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn renamed(from: &'static str, to: &'static str) -> TableAlterStatement {
    Table::alter()
        .table("project_events")
        .rename_column(from, to)
        .to_owned()
}
