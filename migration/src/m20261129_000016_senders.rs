//! How many invitations somebody sent lately is asked before each.

use sea_orm_migration::prelude::*;

use crate::ddl::{create_indexes, index};

const TABLE: &str = "invitations";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_indexes(manager, [by_sender()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let name = "ix_invitations_invited_by_created_at";
        let drop = Index::drop().name(name).table(TABLE).to_owned();
        manager.drop_index(drop).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn by_sender() -> IndexCreateStatement {
    index(TABLE, ["invited_by", "created_at"])
}
