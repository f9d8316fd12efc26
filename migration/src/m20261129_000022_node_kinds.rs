//! What a node is, how it looks, which frame holds it, and what it says to the branch below it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{double_null, json_binary_null, text, text_null, uuid_null};

use crate::ddl::{create_indexes, index, one_of};

const IN_FRAMES: &str = "ix_nodes_project_id_frame_id";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in added() {
            let mut change = Table::alter().table(table).to_owned();
            manager
                .alter_table(change.add_column(column).take())
                .await?;
        }
        create_indexes(manager, [in_frames()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let in_frames = Index::drop().name(IN_FRAMES).table("nodes").to_owned();
        manager.drop_index(in_frames).await?;
        for (table, column) in added().into_iter().rev() {
            let mut change = Table::alter().table(table).to_owned();
            let column = column.get_column_name().to_owned();
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

fn added() -> Vec<(&'static str, ColumnDef)> {
    let kind = text("kind")
        .default("PROMPT")
        .check(one_of("nodes", "kind", ["PROMPT", "NOTE", "FRAME"]))
        .take();
    let role = text("role")
        .default("USER")
        .check(one_of("nodes", "role", ["USER", "SYSTEM"]))
        .take();
    vec![
        ("nodes", kind),
        ("nodes", role),
        ("nodes", text_null("title")),
        ("nodes", double_null("width")),
        ("nodes", double_null("height")),
        ("nodes", text_null("color")),
        ("nodes", json_binary_null("tags")),
        ("nodes", json_binary_null("settings")),
        ("nodes", uuid_null("frame_id")),
        ("generations", double_null("top_p")),
        ("generations", json_binary_null("asked_under")),
    ]
}

/// Most nodes are in no frame.
fn in_frames() -> IndexCreateStatement {
    index("nodes", ["project_id", "frame_id"])
        .and_where(Expr::col("frame_id").is_not_null())
        .take()
}
