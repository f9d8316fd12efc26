//! A node may be a file: `nodes.kind` gets a word more.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;
use sea_orm_migration::sea_orm::DbBackend;

use crate::ddl::one_of;

const TABLE: &str = "nodes";
const COLUMN: &str = "kind";
const OLD: &str = "old_kind";
const BEFORE: [&str; 3] = ["PROMPT", "NOTE", "FRAME"];
const AFTER: [&str; 4] = ["PROMPT", "NOTE", "FRAME", "MEDIA"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        allow(manager, AFTER).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A note with files says the same to contexts.
        let notes = "UPDATE nodes SET kind = 'NOTE' WHERE kind = 'MEDIA'";
        manager.get_connection().execute_unprepared(notes).await?;
        allow(manager, BEFORE).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn allow<const WORDS: usize>(
    manager: &SchemaManager<'_>,
    words: [&'static str; WORDS],
) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Sqlite {
        return renew_column(manager, words).await;
    }
    let listed = words.map(|word| format!("'{word}'")).join(", ");
    let renew = format!(
        "ALTER TABLE nodes DROP CONSTRAINT ck_nodes_kind, \
         ADD CONSTRAINT ck_nodes_kind CHECK (kind IN ({listed}))"
    );
    let connection = manager.get_connection();
    connection.execute_unprepared(&renew).await.map(drop)
}

/// SQLite changes no constraint of a column that exists, so another one takes its place.
async fn renew_column<const WORDS: usize>(
    manager: &SchemaManager<'_>,
    words: [&'static str; WORDS],
) -> Result<(), DbErr> {
    let alter = || Table::alter().table(TABLE).to_owned();
    let column = text(COLUMN)
        .default("PROMPT")
        .check(one_of(TABLE, COLUMN, words))
        .take();
    manager
        .alter_table(alter().rename_column(COLUMN, OLD).take())
        .await?;
    manager
        .alter_table(alter().add_column(column).take())
        .await?;
    let copy = "UPDATE nodes SET kind = old_kind";
    manager.get_connection().execute_unprepared(copy).await?;
    manager.alter_table(alter().drop_column(OLD).take()).await
}
