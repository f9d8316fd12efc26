//! Who was in a project, when and where; and finding sessions that have just ended.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::ddl::{create_indexes, create_tables, drop_tables, index, key, owned_by};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const REVOKED: &str = "ix_auth_sessions_revoked_at";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_tables(manager, [user_sessions()]).await?;
        let indexes = [index("user_sessions", ["user_id"]), revoked_sessions()];
        create_indexes(manager, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(
                Index::drop()
                    .name(REVOKED)
                    .table("auth_sessions")
                    .to_owned(),
            )
            .await?;
        drop_tables(manager, ["user_sessions"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn user_sessions() -> TableCreateStatement {
    Table::create()
        .table("user_sessions")
        .col(uuid("project_id"))
        .col(uuid("user_id"))
        .col(json_binary_null("cursor"))
        .col(boolean("is_active").default(true))
        .col(timestamp_with_time_zone("joined_at"))
        .col(timestamp_with_time_zone("last_seen"))
        .primary_key(&mut key(["project_id", "user_id"]))
        .foreign_key(&mut owned_by("user_sessions", "project_id", "projects"))
        .foreign_key(&mut owned_by("user_sessions", "user_id", "users"))
        .take()
}

/// Most sessions never appear in it, so that asking for the newest every second costs nothing.
fn revoked_sessions() -> IndexCreateStatement {
    Index::create()
        .name(REVOKED)
        .table("auth_sessions")
        .col("revoked_at")
        .and_where(Expr::col("revoked_at").is_not_null())
        .take()
}
