//! Changes of e-mail addresses that wait for both addresses to agree, and whether a session stays once the browser is closed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    blob, boolean, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
};

use crate::ddl::{create_indexes, create_tables, drop_tables, index, owned_by, unique};

const CHANGES: &str = "email_changes";
const SESSIONS: &str = "auth_sessions";
const STAYS: &str = "stays";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_tables(manager, [changes()]).await?;
        let indexes = [
            unique(CHANGES, ["old_token_hash"]),
            unique(CHANGES, ["new_token_hash"]),
            index(CHANGES, ["user_id"]),
            index(CHANGES, ["new_email", "created_at"]),
            index(CHANGES, ["expires_at"]),
        ];
        create_indexes(manager, indexes).await?;
        let mut change = Table::alter().table(SESSIONS).to_owned();
        manager
            .alter_table(change.add_column(boolean(STAYS).default(true)).take())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter().table(SESSIONS).to_owned();
        manager
            .alter_table(change.drop_column(STAYS).take())
            .await?;
        drop_tables(manager, [CHANGES]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn changes() -> TableCreateStatement {
    Table::create()
        .table(CHANGES)
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(text("old_email"))
        .col(text("new_email"))
        .col(blob("old_token_hash"))
        .col(blob("new_token_hash"))
        .col(timestamp_with_time_zone_null("old_confirmed_at"))
        .col(timestamp_with_time_zone_null("new_confirmed_at"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .foreign_key(&mut owned_by(CHANGES, "user_id", "users"))
        .take()
}
