//! Public projects that everybody may find, and votes for answers: one of a person for an answer.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, timestamp_with_time_zone, uuid};

use crate::ddl::{create_indexes, create_tables, drop_tables, index, owned_by, unique};

const PROJECTS: &str = "projects";
const IS_LISTED: &str = "is_listed";
const BY_CHANGE: &str = "ix_projects_listed_updated_at";
const VOTES: &str = "answer_votes";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter().table(PROJECTS).to_owned();
        let change = change.add_column(boolean(IS_LISTED).default(false)).take();
        manager.alter_table(change).await?;
        create_tables(manager, [votes()]).await?;
        let indexes = [
            listed(),
            unique(VOTES, ["project_id", "generation_id", "user_id"]),
            index(VOTES, ["user_id"]),
        ];
        create_indexes(manager, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, [VOTES]).await?;
        let drop = Index::drop().name(BY_CHANGE).table(PROJECTS).to_owned();
        manager.drop_index(drop).await?;
        let mut change = Table::alter().table(PROJECTS).to_owned();
        manager
            .alter_table(change.drop_column(IS_LISTED).take())
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Few are listed, and anybody may ask for them.
fn listed() -> IndexCreateStatement {
    Index::create()
        .name(BY_CHANGE)
        .table(PROJECTS)
        .col("updated_at")
        .col("id")
        .cond_where(Expr::col(IS_LISTED).eq(true))
        .take()
}

fn votes() -> TableCreateStatement {
    Table::create()
        .table(VOTES)
        .col(uuid("id").primary_key())
        .col(uuid("project_id"))
        .col(uuid("node_id"))
        .col(uuid("generation_id"))
        .col(uuid("user_id"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut owned_by(VOTES, "project_id", "projects"))
        .foreign_key(&mut owned_by(VOTES, "user_id", "users"))
        .take()
}
