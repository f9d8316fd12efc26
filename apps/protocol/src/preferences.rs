//! What people chose for all their devices.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::values::TimeZone;

/// A language that the server and its pages speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    Fr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    Light,
    Dark,
    /// As the device has it.
    System,
}

/// What was never chosen is null, and left to each device.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    #[schema(required)]
    pub language: Option<Language>,
    #[schema(required)]
    pub theme: Option<Theme>,
    #[schema(required)]
    pub timezone: Option<TimeZone>,
    pub notifications: Notifications,
}

/// By which ways somebody wants to be told of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notifications {
    pub email: bool,
    pub browser: bool,
    /// On the devices that one added (`/users/me/push-subscriptions`), while no page is open as well.
    pub mobile: bool,
}

impl Default for Notifications {
    fn default() -> Self {
        Self {
            email: true,
            browser: true,
            mobile: true,
        }
    }
}

impl Preferences {
    /// What is stored; what is unknown in it, or no longer fits, was never chosen.
    #[must_use]
    pub fn stored(document: Option<&Value>) -> Self {
        let Some(document) = document else {
            return Self::default();
        };
        let notifications = &document["notifications"];
        let usual = Notifications::default();
        let way = |name: &str, usual: bool| notifications[name].as_bool().unwrap_or(usual);
        Self {
            language: read(&document["language"]),
            theme: read(&document["theme"]),
            timezone: read(&document["timezone"]),
            notifications: Notifications {
                email: way("email", usual.email),
                browser: way("browser", usual.browser),
                mobile: way("mobile", usual.mobile),
            },
        }
    }

    /// The same after a change.
    #[must_use]
    pub fn changed(self, patch: PatchPreferences) -> Self {
        let PatchPreferences {
            language,
            theme,
            timezone,
            notifications,
        } = patch;
        let PatchNotifications {
            email,
            browser,
            mobile,
        } = notifications;
        let ways = self.notifications;
        Self {
            language: language.unwrap_or(self.language),
            theme: theme.unwrap_or(self.theme),
            timezone: timezone.unwrap_or(self.timezone),
            notifications: Notifications {
                email: email.unwrap_or(ways.email),
                browser: browser.unwrap_or(ways.browser),
                mobile: mobile.unwrap_or(ways.mobile),
            },
        }
    }
}

fn read<T: for<'a> Deserialize<'a>>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

/// The choices to change; those left out stay as they are, null takes one back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchPreferences {
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub language: Option<Option<Language>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub theme: Option<Option<Theme>>,
    #[serde(
        default,
        with = "::serde_with::rust::double_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub timezone: Option<Option<TimeZone>>,
    #[serde(default)]
    pub notifications: PatchNotifications,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatchNotifications {
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub email: Option<bool>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub browser: Option<bool>,
    #[serde(
        default,
        with = "::serde_with::rust::unwrap_or_skip",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(nullable = false)]
    pub mobile: Option<bool>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_stored_before_preferences_had_types_is_read_as_far_as_it_fits() {
        let document = json!({
            "language": "fr-CH", "theme": "dark", "grid": {"size": 12},
            "notifications": {"email": false, "mobile": "no"},
        });
        let read = Preferences::stored(Some(&document));
        assert_eq!(read.theme, Some(Theme::Dark));
        assert_eq!(read.language, None);
        assert!(!read.notifications.email);
        assert!(read.notifications.browser);
        assert!(read.notifications.mobile);
        assert_eq!(Preferences::stored(None), Preferences::default());
    }
}
