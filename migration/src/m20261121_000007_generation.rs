//! Answers: who was asked with what and what came of it, what may be spent, presets, and which
//! models fail.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::ddl::{
    create_indexes, create_tables, drop_tables, index, key, one_of, owned_by, unique,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const GENERATED: &str = "ix_nodes_generated";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in added() {
            let mut change = Table::alter().table(table).to_owned();
            manager
                .alter_table(change.add_column(column).take())
                .await?;
        }
        let tables = [
            presets(),
            generations(),
            refreshes(),
            budgets(),
            model_health(),
        ];
        create_tables(manager, tables).await?;
        let indexes = [
            generated_nodes(),
            index("presets", ["user_id"]),
            index("generations", ["project_id", "node_id", "created_at"]),
            index("generations", ["project_id", "created_at"]),
            index("generations", ["requested_by", "created_at"]),
            active("generations"),
            active("refreshes"),
            unique("budgets", ["project_id", "user_id", "period"]),
        ];
        create_indexes(manager, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let generated = Index::drop().name(GENERATED).table("nodes").to_owned();
        manager.drop_index(generated).await?;
        let tables = [
            "model_health",
            "budgets",
            "refreshes",
            "generations",
            "presets",
        ];
        drop_tables(manager, tables).await?;
        for (table, column) in added().into_iter().rev() {
            let mut change = Table::alter().table(table).to_owned();
            let column = column.get_column_name().to_owned();
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

/// The columns that older tables get, one statement each, because SQLite takes no more at once.
fn added() -> Vec<(&'static str, ColumnDef)> {
    vec![
        ("nodes", boolean("pinned").default(false).take()),
        ("nodes", uuid_null("preset_id").take()),
        ("nodes", uuid_null("generation_id").take()),
        ("nodes", blob_null("fingerprint").take()),
        ("projects", uuid_null("preset_id").take()),
        ("projects", text_null("model").take()),
        ("projects", json_binary_null("fallback_models").take()),
        ("project_events", text_null("staleness").take()),
    ]
}

/// Most commands only ask whether a project has such nodes.
fn generated_nodes() -> IndexCreateStatement {
    Index::create()
        .name(GENERATED)
        .table("nodes")
        .col("project_id")
        .and_where(Expr::col("fingerprint").is_not_null())
        .take()
}

/// What is not over yet is little, and looked for all the time.
fn active(table: &'static str) -> IndexCreateStatement {
    index(table, ["project_id", "state"])
        .and_where(Expr::col("state").is_in(["QUEUED", "RUNNING"]))
        .take()
}

fn presets() -> TableCreateStatement {
    Table::create()
        .table("presets")
        .col(uuid("id").primary_key())
        .col(uuid_null("user_id"))
        .col(text("name"))
        .col(text_null("description"))
        .col(text_null("icon"))
        .col(text_null("about"))
        .col(text_null("behavior"))
        .col(text_null("commands"))
        .col(text_null("preferred_model"))
        .col(big_integer("version").default(1))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .foreign_key(&mut owned_by("presets", "user_id", "users"))
        .take()
}

fn generations() -> TableCreateStatement {
    Table::create()
        .table("generations")
        .col(uuid("project_id"))
        .col(uuid("id"))
        .col(uuid("node_id"))
        .col(text("origin").default("MODEL"))
        .col(text("state").default("QUEUED"))
        .col(boolean("admitted").default(false))
        .col(uuid("requested_by"))
        .col(uuid_null("refresh_id"))
        .col(text("model"))
        .col(text_null("answered_by"))
        .col(double_null("temperature"))
        .col(big_integer_null("max_tokens"))
        .col(big_integer_null("context_tokens"))
        .col(blob_null("fingerprint"))
        .col(json_binary_null("manifest"))
        .col(json_binary("tries"))
        .col(text_null("error_code"))
        .col(text_null("error_detail"))
        .col(text("text").default(""))
        .col(big_integer("chunks").default(0))
        .col(big_integer_null("tokens_in"))
        .col(big_integer_null("tokens_cached"))
        .col(big_integer_null("tokens_out"))
        .col(big_integer_null("cost_nanos"))
        .col(big_integer("reserved_tokens").default(0))
        .col(big_integer("reserved_nanos").default(0))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("first_token_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .primary_key(&mut key(["project_id", "id"]))
        .foreign_key(&mut owned_by("generations", "project_id", "projects"))
        .check(one_of("generations", "origin", ["MODEL", "PERSON"]))
        .check(one_of(
            "generations",
            "state",
            ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"],
        ))
        .take()
}

fn refreshes() -> TableCreateStatement {
    Table::create()
        .table("refreshes")
        .col(uuid("project_id"))
        .col(uuid("id"))
        .col(uuid("requested_by"))
        .col(json_binary_null("scope"))
        .col(json_binary("ran"))
        .col(text("state").default("RUNNING"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .primary_key(&mut key(["project_id", "id"]))
        .foreign_key(&mut owned_by("refreshes", "project_id", "projects"))
        .check(one_of(
            "refreshes",
            "state",
            ["RUNNING", "COMPLETED", "FAILED", "CANCELLED"],
        ))
        .take()
}

fn budgets() -> TableCreateStatement {
    Table::create()
        .table("budgets")
        .col(uuid("id").primary_key())
        .col(uuid("project_id"))
        .col(uuid("user_id"))
        .col(text("period"))
        .col(big_integer_null("tokens_max"))
        .col(big_integer_null("nanos_max"))
        .foreign_key(&mut owned_by("budgets", "project_id", "projects"))
        .check(one_of("budgets", "period", ["DAY", "MONTH"]))
        .take()
}

fn model_health() -> TableCreateStatement {
    Table::create()
        .table("model_health")
        .col(text("model").primary_key())
        .col(big_integer("failure_count").default(0))
        .col(integer("failures_in_a_row").default(0))
        .col(text_null("last_error"))
        .col(timestamp_with_time_zone_null("last_failed_at"))
        .col(timestamp_with_time_zone_null("open_until"))
        .take()
}
