//! Files, what is read in them, uploads in parts, and which nodes they are attached to.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob, blob_null, integer, json_binary_null, text, text_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::ddl::{create_indexes, create_tables, drop_tables, index, key, one_of, owned_by};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [media(), media_pages(), uploads(), upload_parts()];
        create_tables(manager, tables).await?;
        create_indexes(manager, indexes()).await?;
        let mut nodes = Table::alter().table("nodes").to_owned();
        let attachments = json_binary_null("attachments").take();
        manager
            .alter_table(nodes.add_column(attachments).take())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut nodes = Table::alter().table("nodes").to_owned();
        manager
            .alter_table(nodes.drop_column("attachments").take())
            .await?;
        drop_tables(manager, ["upload_parts", "uploads", "media_pages", "media"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn media() -> TableCreateStatement {
    let kinds = ["IMAGE", "VIDEO", "DOCUMENT", "AUDIO", "LINK"];
    let states = ["PENDING", "PROCESSING", "COMPLETED", "FAILED"];
    Table::create()
        .table("media")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(uuid("project_id"))
        .col(uuid_null("node_id"))
        .col(text("type").check(one_of("media", "type", kinds)))
        .col(text("filename"))
        .col(text("mime_type"))
        .col(big_integer("size").check(Expr::col("size").gt(0)))
        .col(blob("sha256"))
        .col(text("processing_status").check(one_of("media", "processing_status", states)))
        .col(text_null("error"))
        .col(blob_null("thumbnail"))
        .col(blob_null("preview"))
        .col(json_binary_null("metadata"))
        .col(text_null("alt"))
        .col(big_integer("download_count").default(0))
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(big_integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut owned_by("media", "user_id", "users"))
        .foreign_key(&mut owned_by("media", "project_id", "projects"))
        .take()
}

/// What is written in a file, page by page.
fn media_pages() -> TableCreateStatement {
    Table::create()
        .table("media_pages")
        .col(uuid("media_id"))
        .col(integer("page"))
        .col(text_null("heading"))
        .col(text("text"))
        .primary_key(&mut key(["media_id", "page"]))
        .foreign_key(&mut owned_by("media_pages", "media_id", "media"))
        .take()
}

fn uploads() -> TableCreateStatement {
    Table::create()
        .table("uploads")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(uuid("project_id"))
        .col(text("filename"))
        .col(text_null("alt"))
        .col(big_integer("size"))
        .col(big_integer("received").default(0))
        .col(uuid_null("media_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .foreign_key(&mut owned_by("uploads", "user_id", "users"))
        .foreign_key(&mut owned_by("uploads", "project_id", "projects"))
        .take()
}

/// The parts of an upload, by where they begin.
fn upload_parts() -> TableCreateStatement {
    Table::create()
        .table("upload_parts")
        .col(uuid("upload_id"))
        .col(big_integer("begins_at"))
        .col(big_integer("bytes"))
        .col(text("name"))
        .primary_key(&mut key(["upload_id", "begins_at"]))
        .foreign_key(&mut owned_by("upload_parts", "upload_id", "uploads"))
        .take()
}

fn indexes() -> [IndexCreateStatement; 7] {
    let expiring = index("media", ["expires_at"])
        .and_where(Expr::col("expires_at").is_not_null())
        .take();
    [
        index("media", ["user_id"]),
        index("media", ["project_id", "id"]),
        index("media", ["node_id"]),
        index("media", ["sha256"]),
        expiring,
        index("uploads", ["user_id"]),
        index("uploads", ["expires_at"]),
    ]
}
