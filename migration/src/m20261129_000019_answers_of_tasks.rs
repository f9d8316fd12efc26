//! The answers that a task asked for are counted with each further one.

use sea_orm_migration::prelude::*;

use crate::ddl::{create_indexes, index};

const NAME: &str = "ix_generations_project_id_task_id";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Most answers are asked for by people.
        let asked_by = index("generations", ["project_id", "task_id"])
            .and_where(Expr::col("task_id").is_not_null())
            .take();
        create_indexes(manager, [asked_by]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name(NAME).table("generations").to_owned())
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
