//! Change sets: which events are one thing that somebody did, what is proposed, and what was taken back.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::ddl::{create_indexes, create_tables, drop_tables, index, key, one_of, owned_by};

const SETS: &str = "change_sets";
const EVENTS: &str = "change_set_events";
const ITEMS: &str = "change_set_items";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_tables(manager, [sets(), events(), items()]).await?;
        let indexes = [
            index(SETS, ["project_id", "task_id"]),
            index(SETS, ["project_id", "reverts_id"]),
        ];
        create_indexes(manager, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, [ITEMS, EVENTS, SETS]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn sets() -> TableCreateStatement {
    Table::create()
        .table(SETS)
        .col(uuid("project_id"))
        .col(uuid("id"))
        .col(text("origin"))
        .col(uuid_null("task_id"))
        .col(text("actor_kind"))
        .col(uuid("actor_id"))
        .col(text("actor_name"))
        .col(text_null("title"))
        .col(text("mode"))
        .col(text("state"))
        .col(uuid_null("reverts_id"))
        .col(uuid_null("accepts_id"))
        .col(integer("item_count").default(0))
        .col(big_integer("proposed_bytes").default(0))
        .col(big_integer("version").default(1))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .primary_key(&mut key(["project_id", "id"]))
        .foreign_key(&mut owned_by(SETS, "project_id", "projects"))
        .check(one_of(SETS, "origin", ["TASK", "BATCH"]))
        .check(one_of(
            SETS,
            "actor_kind",
            ["USER", "TOKEN", "AGENT", "SYSTEM"],
        ))
        .check(one_of(SETS, "mode", ["APPLY", "PROPOSE"]))
        .check(one_of(
            SETS,
            "state",
            ["APPLIED", "PROPOSED", "ACCEPTED", "REJECTED", "REVERTED"],
        ))
        .take()
}

fn events() -> TableCreateStatement {
    Table::create()
        .table(EVENTS)
        .col(uuid("project_id"))
        .col(uuid("set_id"))
        .col(big_integer("seq"))
        .col(json_binary_null("unchanged"))
        .primary_key(&mut key_in_set("seq"))
        .foreign_key(&mut of_set(EVENTS))
        .take()
}

fn items() -> TableCreateStatement {
    Table::create()
        .table(ITEMS)
        .col(uuid("project_id"))
        .col(uuid("set_id"))
        .col(integer("number"))
        .col(text("state"))
        .col(text_null("reason"))
        .col(text_null("op"))
        .col(uuid_null("op_id"))
        .col(text_null("data"))
        .primary_key(&mut key_in_set("number"))
        .foreign_key(&mut of_set(ITEMS))
        .check(one_of(
            ITEMS,
            "state",
            ["PROPOSED", "ACCEPTED", "REJECTED", "REVERTED", "LEFT"],
        ))
        .take()
}

fn key_in_set(column: &'static str) -> IndexCreateStatement {
    Index::create()
        .col("project_id")
        .col("set_id")
        .col(column)
        .primary()
        .take()
}

/// `fk_<table>_set_id`: the row goes when its set goes.
fn of_set(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_set_id"))
        .from(table, ("project_id", "set_id"))
        .to(SETS, ("project_id", "id"))
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}
