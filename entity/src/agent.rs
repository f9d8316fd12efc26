//! Agents: what they are told and which models they ask.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "agents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who owns it.
    pub user_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// What it is mentioned by; nobody else's is the same.
    #[sea_orm(column_type = "Text")]
    pub slug: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    /// Such as `researcher`.
    #[sea_orm(column_name = "type", column_type = "Text")]
    pub kind: String,
    /// What it is, apart from its type, such as "assistant".
    #[sea_orm(column_type = "Text", nullable)]
    pub role: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub icon: String,
    #[sea_orm(column_type = "Text")]
    pub color: String,
    pub is_active: bool,
    #[sea_orm(column_type = "Text")]
    pub system_prompt: String,
    /// Which version of the prompt that is.
    pub prompt_version: i64,
    /// Nothing means the project's or the server's.
    #[sea_orm(column_type = "Text", nullable)]
    pub model: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub fallback_model: Option<String>,
    /// How many messages of its task it is sent again.
    pub context_window_size: i64,
    pub max_tokens: i64,
    pub temperature: f64,
    pub top_p: Option<f64>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub config: Option<Json>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
