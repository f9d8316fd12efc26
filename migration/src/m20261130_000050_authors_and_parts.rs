//! Who made a node, and whether its answer is a part of one.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, uuid_null};

const NODES: &str = "nodes";
const AUTHOR: &str = "author_id";
const PARTIAL: &str = "is_partial";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            uuid_null(AUTHOR).take(),
            boolean(PARTIAL).default(false).take(),
        ] {
            let mut change = Table::alter().table(NODES).to_owned();
            manager
                .alter_table(change.add_column(column).take())
                .await?;
        }
        // What was stopped before says so from now on.
        let parts = "UPDATE nodes SET is_partial = TRUE WHERE EXISTS (SELECT 1 FROM generations \
            WHERE generations.project_id = nodes.project_id AND generations.id = nodes.generation_id \
            AND generations.state IN ('CANCELLED', 'FAILED'))";
        manager.get_connection().execute_unprepared(parts).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [PARTIAL, AUTHOR] {
            let mut change = Table::alter().table(NODES).to_owned();
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
