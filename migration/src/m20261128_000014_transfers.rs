//! Projects that are offered to another member, who has not said yes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{timestamp_with_time_zone, uuid};

use crate::ddl::{create_tables, drop_tables, owned_by};

const TABLE: &str = "project_transfers";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_tables(manager, [transfers()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, [TABLE]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn transfers() -> TableCreateStatement {
    Table::create()
        .table(TABLE)
        .col(uuid("project_id").primary_key())
        .col(uuid("offered_by"))
        .col(uuid("offered_to"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .foreign_key(&mut owned_by(TABLE, "project_id", "projects"))
        .foreign_key(&mut owned_by(TABLE, "offered_by", "users"))
        .foreign_key(&mut owned_by(TABLE, "offered_to", "users"))
        .take()
}
