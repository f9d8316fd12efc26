//! Files that are links: where they lead.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

const TABLE: &str = "media";
const COLUMN: &str = "url";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter().table(TABLE).to_owned();
        let change = change.add_column(text_null(COLUMN)).take();
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
