//! Servers outside whose tools agents use: which agents may, with which tokens, and what they are doing.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::ddl::{create_indexes, create_tables, drop_tables, owned_by, unique};

const TABLE: &str = "tool_credentials";
const SERVERS: &str = "tool_servers";
const OUTSIDE: &str = "outside";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_tables(manager, [credentials()]).await?;
        let indexes = [
            unique(TABLE, ["user_id", "server"]),
            unique(TABLE, ["project_id", "server"]),
        ];
        create_indexes(manager, indexes).await?;
        let mut members = Table::alter().table("project_agents").to_owned();
        members.add_column(json_binary(SERVERS).default("[]"));
        manager.alter_table(members).await?;
        let mut tasks = Table::alter().table("agent_tasks").to_owned();
        tasks.add_column(json_binary_null(OUTSIDE));
        manager.alter_table(tasks).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut tasks = Table::alter().table("agent_tasks").to_owned();
        manager
            .alter_table(tasks.drop_column(OUTSIDE).take())
            .await?;
        let mut members = Table::alter().table("project_agents").to_owned();
        manager
            .alter_table(members.drop_column(SERVERS).take())
            .await?;
        drop_tables(manager, [TABLE]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn credentials() -> TableCreateStatement {
    Table::create()
        .table(TABLE)
        .col(uuid("id").primary_key())
        .col(text("server"))
        .col(uuid_null("user_id"))
        .col(uuid_null("project_id"))
        .col(blob("sealed"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut owned_by(TABLE, "user_id", "users"))
        .foreign_key(&mut owned_by(TABLE, "project_id", "projects"))
        .check(Check::named(
            format!("ck_{TABLE}_holder"),
            Expr::col("user_id")
                .is_null()
                .ne(Expr::col("project_id").is_null()),
        ))
        .take()
}
