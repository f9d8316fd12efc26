//! What happened: events, audit records and the answers given to keyed requests.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::ddl::{
    create_indexes, create_tables, drop_tables, index, key, one_of, owned_by, unique,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [project_events(), audit_records(), idempotency_keys()];
        let indexes = [
            unique("project_events", ["project_id", "actor_id", "op_id"]),
            index("audit_records", ["project_id", "at"]),
            index("audit_records", ["actor_id", "at"]),
            index("idempotency_keys", ["created_at"]),
        ];
        create_tables(manager, tables).await?;
        create_indexes(manager, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            ["idempotency_keys", "audit_records", "project_events"],
        )
        .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn project_events() -> TableCreateStatement {
    Table::create()
        .table("project_events")
        .col(uuid("project_id"))
        .col(big_integer("seq"))
        .col(uuid("epoch"))
        .col(text("actor_kind"))
        .col(uuid("actor_id"))
        .col(text("actor_name"))
        .col(uuid_null("op_id"))
        .col(blob_null("payload_hash"))
        .col(text("kind"))
        .col(text("payload"))
        .col(timestamp_with_time_zone("at"))
        .primary_key(&mut key(["project_id", "seq"]))
        .foreign_key(&mut owned_by("project_events", "project_id", "projects"))
        .check(one_of(
            "project_events",
            "actor_kind",
            ["USER", "TOKEN", "AGENT", "SYSTEM"],
        ))
        .take()
}

fn audit_records() -> TableCreateStatement {
    Table::create()
        .table("audit_records")
        .col(uuid("id").primary_key())
        .col(timestamp_with_time_zone("at"))
        .col(text("actor_kind"))
        .col(uuid_null("actor_id"))
        .col(uuid_null("credential_id"))
        .col(text("action"))
        .col(text("subject"))
        .col(uuid_null("subject_id"))
        .col(uuid_null("project_id"))
        .col(big_integer_null("seq"))
        .col(text_null("request_id"))
        .col(text_null("address"))
        .col(json_binary_null("detail"))
        .check(one_of(
            "audit_records",
            "actor_kind",
            ["USER", "TOKEN", "AGENT", "SYSTEM"],
        ))
        .take()
}

fn idempotency_keys() -> TableCreateStatement {
    Table::create()
        .table("idempotency_keys")
        .col(uuid("scope"))
        .col(blob("key_hash"))
        .col(blob("request_hash"))
        .col(integer_null("status"))
        .col(text_null("etag"))
        .col(blob_null("body"))
        .col(timestamp_with_time_zone("locked_until"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(&mut key(["scope", "key_hash"]))
        .take()
}
