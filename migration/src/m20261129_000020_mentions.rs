//! Which mention a task answers, so that each begins one.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::blob_null;

const TABLE: &str = "agent_tasks";
const COLUMN: &str = "mention";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter().table(TABLE).to_owned();
        change.add_column(blob_null(COLUMN));
        manager.alter_table(change).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter().table(TABLE).to_owned();
        manager.alter_table(change.drop_column(COLUMN).take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
