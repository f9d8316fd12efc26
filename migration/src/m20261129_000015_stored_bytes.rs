//! How much a project holds: the bytes of its events.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::big_integer;
use sea_orm_migration::sea_orm::DbBackend;

const TABLE: &str = "projects";
const COLUMN: &str = "stored_bytes";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter().table(TABLE).to_owned();
        let column = big_integer(COLUMN).default(0).take();
        manager
            .alter_table(change.add_column(column).take())
            .await?;
        // SQLite counts characters of a text.
        let length = if manager.get_database_backend() == DbBackend::Sqlite {
            "LENGTH(CAST(payload AS BLOB))"
        } else {
            "OCTET_LENGTH(payload)"
        };
        let held = format!(
            "COALESCE((SELECT SUM({length}) FROM project_events WHERE project_id = projects.id), 0)"
        );
        let count = Query::update()
            .table(TABLE)
            .value(COLUMN, Expr::cust(held))
            .to_owned();
        manager.execute(count).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter().table(TABLE).to_owned();
        manager.alter_table(change.drop_column(COLUMN).take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
