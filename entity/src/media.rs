//! Files of projects.

use sea_orm::entity::prelude::*;

use crate::enums::{MediaType, ProcessingStatus};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "media")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub project_id: Uuid,
    pub node_id: Option<Uuid>,
    #[sea_orm(column_name = "type")]
    pub kind: MediaType,
    #[sea_orm(column_type = "Text")]
    pub filename: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub url: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub mime_type: String,
    pub size: i64,
    #[sea_orm(column_type = "Blob")]
    pub sha256: Vec<u8>,
    pub processing_status: ProcessingStatus,
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    #[sea_orm(column_type = "Blob", nullable)]
    pub thumbnail: Option<Vec<u8>>,
    #[sea_orm(column_type = "Blob", nullable)]
    pub preview: Option<Vec<u8>>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub metadata: Option<Json>,
    #[sea_orm(column_type = "Text", nullable)]
    pub alt: Option<String>,
    pub download_count: i64,
    pub expires_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
