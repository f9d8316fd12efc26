//! Pictures of people, kept by the server.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{blob, text, timestamp_with_time_zone, uuid};

use crate::ddl::{create_indexes, create_tables, drop_tables, owned_by, unique};

const TABLE: &str = "avatars";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_tables(manager, [avatars()]).await?;
        create_indexes(manager, [unique(TABLE, ["token_hash"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, [TABLE]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn avatars() -> TableCreateStatement {
    Table::create()
        .table(TABLE)
        .col(uuid("user_id").primary_key())
        .col(blob("token_hash"))
        .col(text("media_type"))
        .col(blob("picture"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut owned_by(TABLE, "user_id", "users"))
        .take()
}
