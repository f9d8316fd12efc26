//! What people said to the server and had read to them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob_null, double_null, json_binary_null, text, text_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::ddl::{create_indexes, create_tables, drop_tables, index, one_of, owned_by};

const TABLE: &str = "voice_interactions";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_tables(manager, [interactions()]).await?;
        let indexes = [
            index(TABLE, ["user_id", "created_at"]),
            index(TABLE, ["project_id", "created_at"]),
            index(TABLE, ["project_id", "node_id"]),
            index(TABLE, ["type"]),
            index(TABLE, ["created_at"]),
        ];
        create_indexes(manager, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, [TABLE]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn interactions() -> TableCreateStatement {
    let kinds = ["SPEECH_TO_TEXT", "TEXT_TO_SPEECH"];
    let states = ["PENDING", "PROCESSING", "COMPLETED", "FAILED"];
    Table::create()
        .table(TABLE)
        .col(uuid("id").primary_key())
        .col(text("type").check(one_of(TABLE, "type", kinds)))
        .col(uuid("user_id"))
        .col(uuid("project_id"))
        .col(uuid_null("node_id"))
        .col(uuid_null("generation_id"))
        .col(text_null("text"))
        .col(blob_null("audio"))
        .col(text_null("audio_type"))
        .col(double_null("duration"))
        .col(
            text("status")
                .default("COMPLETED")
                .check(one_of(TABLE, "status", states)),
        )
        .col(text_null("error"))
        .col(text("language").default("en"))
        .col(json_binary_null("metadata"))
        .col(text("model"))
        .col(big_integer("tokens").default(0))
        .col(big_integer("cost_nanos").default(0))
        .col(big_integer("reserved_tokens").default(0))
        .col(big_integer("reserved_nanos").default(0))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .foreign_key(&mut owned_by(TABLE, "user_id", "users"))
        .foreign_key(&mut owned_by(TABLE, "project_id", "projects"))
        .foreign_key(
            ForeignKey::create()
                .name(format!("fk_{TABLE}_node_id"))
                .from(TABLE, ("project_id", "node_id"))
                .to("nodes", ("project_id", "id"))
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}
