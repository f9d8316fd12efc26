//! Feedback: what people think of answers.

use kernel::{GenerationId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::values::{Comment, Timestamp};

pub const RATING_MIN: u8 = 1;
pub const RATING_MAX: u8 = 5;

/// What one thinks of an answer. It takes the place of what one said before.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GiveFeedback {
    /// 1 to 5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 5)]
    pub rating: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_helpful: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Comment>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FeedbackView {
    pub generation_id: GenerationId,
    pub user_id: UserId,
    #[schema(required)]
    pub rating: Option<u8>,
    #[schema(required)]
    pub is_helpful: Option<bool>,
    #[schema(required)]
    pub comment: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}
