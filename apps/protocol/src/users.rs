//! People: profile, preferences, personal instructions.

use kernel::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    preferences::{PatchPreferences, Preferences},
    values::{
        Avatar, FirstName, Instruction, InstructionWord, LastName, Password, Timestamp, Username,
    },
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    pub id: UserId,
    pub email: String,
    pub email_verified: bool,
    /// Whether this server waits for the address to be confirmed. One that sends no mail does not.
    pub is_confirmation_due: bool,
    pub username: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub avatar: Option<String>,
    pub preferences: Preferences,
    pub instructions: Instructions,
    pub totp_enabled: bool,
    /// Whether they run the server, which they may only do in a session: programs with their tokens may not.
    pub is_operator: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What a person tells every model they ask.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Instructions {
    /// Who is asking, and in what situation.
    pub about: Option<Instruction>,
    /// How answers should be.
    pub behavior: Option<Instruction>,
    /// Short commands and what they stand for.
    pub commands: Option<Instruction>,
    pub tone: Option<InstructionWord>,
    pub conciseness: Option<InstructionWord>,
    pub titles_and_lists: Option<InstructionWord>,
    pub warmth: Option<InstructionWord>,
    pub enthusiasm: Option<InstructionWord>,
    pub formality: Option<InstructionWord>,
    pub emojis: Option<InstructionWord>,
    /// The model asked last.
    pub last_model: Option<InstructionWord>,
}

/// The fields to change; those left out stay as they are, null empties one.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchUser {
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub username: Option<Option<Username>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub first_name: Option<Option<FirstName>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub last_name: Option<Option<LastName>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub avatar: Option<Option<Avatar>>,
    /// Merged into those before; null takes all of them back.
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub preferences: Option<Option<PatchPreferences>>,
    /// The whole document; it replaces the one before.
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub instructions: Option<Instructions>,
}

/// Deleting an account takes its password.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeleteUser {
    pub password: Password,
}
