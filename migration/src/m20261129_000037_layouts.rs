//! Projects whose canvas keeps itself laid out.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

use crate::ddl::one_of;

const PROJECTS: &str = "projects";
const LAYOUT: &str = "layout";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter().table(PROJECTS).to_owned();
        let change = change.add_column(layout()).take();
        manager.alter_table(change).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut change = Table::alter().table(PROJECTS).to_owned();
        let change = change.drop_column(LAYOUT).take();
        manager.alter_table(change).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn layout() -> ColumnDef {
    let words = ["TREE_DOWN", "TREE_RIGHT", "LAYERS_DOWN", "LAYERS_RIGHT"];
    text_null(LAYOUT)
        .check(one_of(PROJECTS, LAYOUT, words))
        .take()
}
