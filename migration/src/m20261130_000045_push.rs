//! Devices that people are told on while no page is open, and what is told there.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    blob, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
};

use crate::ddl::{create_indexes, create_tables, drop_tables, index, owned_by, unique};

const TOLD: &str = "notifications";
const DEVICES: &str = "push_subscriptions";
/// When something is to be pushed, and when it was.
const WHEN: [&str; 2] = ["push_at", "pushed_at"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in WHEN {
            let mut change = Table::alter().table(TOLD).to_owned();
            let change = change.add_column(timestamp_with_time_zone_null(column));
            manager.alter_table(change.take()).await?;
        }
        create_tables(manager, [devices()]).await?;
        let indexes = [
            // A browser is one device, whoever is logged in there.
            unique(DEVICES, ["endpoint"]),
            unique(DEVICES, ["session_id"]),
            index(DEVICES, ["user_id"]),
        ];
        create_indexes(manager, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, [DEVICES]).await?;
        for column in WHEN {
            let mut change = Table::alter().table(TOLD).to_owned();
            manager
                .alter_table(change.drop_column(column).take())
                .await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn devices() -> TableCreateStatement {
    Table::create()
        .table(DEVICES)
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(uuid("session_id"))
        .col(text("endpoint"))
        .col(blob("p256dh"))
        .col(blob("auth"))
        .col(text("server_key"))
        .col(text_null("label"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("last_used_at"))
        .foreign_key(&mut owned_by(DEVICES, "user_id", "users"))
        .foreign_key(&mut owned_by(DEVICES, "session_id", "auth_sessions"))
        .take()
}
