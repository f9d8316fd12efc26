//! Whom the texts of nodes mention.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{timestamp_with_time_zone, uuid};

use crate::ddl::{create_tables, drop_tables, owned_by};

const TABLE: &str = "node_mentions";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_tables(manager, [mentions()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, [TABLE]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn mentions() -> TableCreateStatement {
    Table::create()
        .table(TABLE)
        .col(uuid("project_id"))
        .col(uuid("node_id"))
        .col(uuid("user_id"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(
            Index::create()
                .col("project_id")
                .col("node_id")
                .col("user_id")
                .primary(),
        )
        .foreign_key(&mut owned_by(TABLE, "project_id", "projects"))
        .foreign_key(&mut owned_by(TABLE, "user_id", "users"))
        .take()
}
