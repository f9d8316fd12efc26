//! When a node last said something, and which of it people have read.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{timestamp_with_time_zone, uuid};

use crate::ddl::{create_indexes, create_tables, drop_tables, index, owned_by};

const COLUMN: &str = "said_at";
const LATEST: &str = "ix_nodes_project_id_said_at";
const READS: &str = "node_reads";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter().table("nodes").to_owned();
        // What an older server writes meanwhile stands last until it says something again.
        let column = timestamp_with_time_zone(COLUMN)
            .default("1970-01-01T00:00:00+00:00")
            .take();
        manager
            .alter_table(change.add_column(column).take())
            .await?;
        let since = Query::update()
            .table("nodes")
            .value(COLUMN, Expr::col("updated_at"))
            .to_owned();
        manager.execute(since).await?;
        create_tables(manager, [reads()]).await?;
        create_indexes(manager, [latest(), index(READS, ["project_id"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, [READS]).await?;
        let latest = Index::drop().name(LATEST).table("nodes").to_owned();
        manager.drop_index(latest).await?;
        let mut change = Table::alter().table("nodes").to_owned();
        manager.alter_table(change.drop_column(COLUMN).take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The latest questions of a project. What is moved says nothing, so that moving writes no index.
fn latest() -> IndexCreateStatement {
    index("nodes", ["project_id", COLUMN])
        .and_where(Expr::col("deleted_at").is_null())
        .take()
}

fn reads() -> TableCreateStatement {
    Table::create()
        .table(READS)
        .col(uuid("user_id"))
        .col(uuid("project_id"))
        .col(uuid("node_id"))
        .col(timestamp_with_time_zone("read_at"))
        .primary_key(
            Index::create()
                .col("user_id")
                .col("project_id")
                .col("node_id")
                .primary(),
        )
        .foreign_key(&mut owned_by(READS, "user_id", "users"))
        .foreign_key(&mut owned_by(READS, "project_id", "projects"))
        .take()
}
