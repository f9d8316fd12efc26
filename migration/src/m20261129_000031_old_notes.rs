//! Notes of who looked at a project are looked for by their age, to be forgotten.

use sea_orm_migration::prelude::*;

use crate::ddl::{create_indexes, index};

const TABLE: &str = "user_sessions";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_indexes(manager, [index(TABLE, ["last_seen"])]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = "ix_user_sessions_last_seen";
        let drop = Index::drop().name(name).table(TABLE).to_owned();
        manager.drop_index(drop).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
