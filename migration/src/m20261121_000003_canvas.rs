//! The canvas: nodes and the edges between them.

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
        let tables = [nodes(), edges()];
        let indexes = [
            index("nodes", ["project_id", "deleted_at", "status"]),
            unique("edges", ["project_id", "source_id", "target_id"]),
            index("edges", ["project_id", "target_id"]),
        ];
        create_tables(manager, tables).await?;
        create_indexes(manager, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, ["edges", "nodes"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn nodes() -> TableCreateStatement {
    Table::create()
        .table("nodes")
        .col(uuid("project_id"))
        .col(uuid("id"))
        .col(text("prompt"))
        .col(text_null("response"))
        .col(text_null("summary"))
        .col(text("status").default("IDLE"))
        .col(double("x"))
        .col(double("y"))
        .col(json_binary_null("metadata"))
        .col(text_null("llm_model"))
        .col(big_integer_null("llm_tokens"))
        .col(double_null("llm_cost"))
        .col(big_integer("version").default(1))
        .col(big_integer("text_version").default(1))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .primary_key(&mut key(["project_id", "id"]))
        .foreign_key(&mut owned_by("nodes", "project_id", "projects"))
        .check(one_of(
            "nodes",
            "status",
            ["IDLE", "GENERATING", "COMPLETED", "ERROR", "STALE"],
        ))
        .take()
}

fn edges() -> TableCreateStatement {
    Table::create()
        .table("edges")
        .col(uuid("project_id"))
        .col(uuid("id"))
        .col(uuid("source_id"))
        .col(uuid("target_id"))
        .col(text("policy").default("FULL"))
        .col(big_integer("version").default(1))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(&mut key(["project_id", "id"]))
        .check(one_of("edges", "policy", ["FULL", "SUMMARY", "EXCLUDE"]))
        .foreign_key(&mut end_of_edge("source_id"))
        .foreign_key(&mut end_of_edge("target_id"))
        .check(Check::named(
            "ck_edges_no_loop",
            Expr::col("source_id").ne(Expr::col("target_id")),
        ))
        .take()
}

/// The project is part of the reference, so an edge cannot join nodes of two projects.
fn end_of_edge(column: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_edges_{column}"))
        .from("edges", ("project_id", column))
        .to("nodes", ("project_id", "id"))
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}
