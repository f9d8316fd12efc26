//! What both ways of speaking begin with.

use entity::user;
use generation::audio::AudioModel;
use kernel::{Error, Result};
use platform::{Ctx, db};
use protocol::{
    preferences::{Language, Preferences},
    voice::LanguageCode,
};
use sea_orm::EntityTrait;

/// Refuses to go on without somebody who could be asked, and says what to set.
pub(crate) fn set_up(model: Option<AudioModel>, setting: &str, what: &str) -> Result<AudioModel> {
    model.ok_or_else(|| {
        Error::Conflict(format!(
            "nobody {what} on this server yet: whoever runs it sets `{setting}` to a model of one of its providers, \
             such as openai/…, or gives it OpenAI's key (OPENAI_API_KEY)"
        ))
    })
}

/// The language that somebody chose for all their devices, if they did.
pub(crate) async fn chosen_language(ctx: &Ctx) -> Result<Option<Language>> {
    let row = user::Entity::find_by_id(ctx.user_id()?.uuid())
        .one(ctx.reader())
        .await
        .map_err(db)?;
    let preferences = row.map(|row| Preferences::stored(row.preferences.as_ref()));
    Ok(preferences.and_then(|preferences| preferences.language))
}

/// What was said of the language, else what the person chose.
pub(crate) async fn language(ctx: &Ctx, said: Option<LanguageCode>) -> Result<Option<String>> {
    if let Some(said) = said {
        return Ok(Some(said.into()));
    }
    let chosen = chosen_language(ctx).await?;
    Ok(chosen.map(|language| code(language).to_owned()))
}

pub(crate) fn code(language: Language) -> &'static str {
    match language {
        Language::En => "en",
        Language::Fr => "fr",
    }
}
