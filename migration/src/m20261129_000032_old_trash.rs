//! Nodes in the trash are looked for by how long they are there, to be removed for good.

use sea_orm_migration::prelude::*;

use crate::ddl::create_indexes;

const TABLE: &str = "nodes";
const NAME: &str = "ix_nodes_deleted_at";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_indexes(manager, [deleted()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = Index::drop().name(NAME).table(TABLE).to_owned();
        manager.drop_index(drop).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Most nodes never appear in it.
fn deleted() -> IndexCreateStatement {
    Index::create()
        .name(NAME)
        .table(TABLE)
        .col("deleted_at")
        .and_where(Expr::col("deleted_at").is_not_null())
        .take()
}
