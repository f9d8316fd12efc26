//! Where the public history of a project begins. What is public already has none before this moment:
//! nobody knows when it was opened.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::big_integer_null;

const TABLE: &str = "projects";
const COLUMN: &str = "public_since_seq";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter().table(TABLE).to_owned();
        manager
            .alter_table(change.add_column(big_integer_null(COLUMN)).take())
            .await?;
        let begin = Query::update()
            .table(TABLE)
            .value(COLUMN, Expr::col("head_seq"))
            .and_where(Expr::col("is_public").eq(true))
            .to_owned();
        manager.execute(begin).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter().table(TABLE).to_owned();
        manager.alter_table(change.drop_column(COLUMN).take()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
