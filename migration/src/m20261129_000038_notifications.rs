//! What people are told, and what they want to be told.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, json_binary_null, text, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::ddl::{create_indexes, create_tables, drop_tables, index, one_of, owned_by, unique};

const TOLD: &str = "notifications";
const INBOXES: &str = "notification_inboxes";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_tables(manager, [notifications(), inboxes()]).await?;
        let indexes = [
            unique(TOLD, ["user_id", "cause"]),
            index(TOLD, ["user_id", "read"]),
            index(TOLD, ["user_id", "created_at"]),
            index(TOLD, ["type"]),
            index(TOLD, ["project_id"]),
            index(TOLD, ["expires_at"]),
        ];
        create_indexes(manager, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, [INBOXES, TOLD]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn notifications() -> TableCreateStatement {
    let types = [
        "PROJECT_INVITE",
        "PROJECT_SHARE",
        "NODE_GENERATED",
        "NODE_ERROR",
        "AGENT_COMPLETED",
        "AGENT_FAILED",
        "COLLABORATION_JOINED",
        "COLLABORATION_LEFT",
        "SYSTEM",
        "MENTION",
        "BUDGET",
        "TASK_WAITING",
        "INVITE_ACCEPTED",
    ];
    let priorities = ["LOW", "MEDIUM", "HIGH", "URGENT"];
    Table::create()
        .table(TOLD)
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(text("type").check(one_of(TOLD, "type", types)))
        .col(
            text("priority")
                .default("MEDIUM")
                .check(one_of(TOLD, "priority", priorities)),
        )
        .col(text("title"))
        .col(text("message"))
        .col(json_binary_null("data"))
        .col(uuid_null("project_id"))
        .col(uuid_null("node_id"))
        .col(text("cause"))
        .col(boolean("read").default(false))
        .col(timestamp_with_time_zone_null("read_at"))
        .col(timestamp_with_time_zone_null("mail_at"))
        .col(timestamp_with_time_zone_null("mailed_at"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .foreign_key(&mut owned_by(TOLD, "user_id", "users"))
        .foreign_key(&mut owned_by(TOLD, "project_id", "projects"))
        .take()
}

fn inboxes() -> TableCreateStatement {
    Table::create()
        .table(INBOXES)
        .col(uuid("user_id").primary_key())
        .col(big_integer("version"))
        .col(big_integer("kept"))
        .col(json_binary_null("preferences"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut owned_by(INBOXES, "user_id", "users"))
        .take()
}
