//! Events that a feature defines in its own crate: the ground passes them on without knowing them.

use kernel::{Resource, Visibility};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

/// A family of events of one feature. Its type is an enum, tagged by `op`, with `data` as content.
pub trait FeatureFamily: Serialize + DeserializeOwned {
    /// The word of this event, such as `task.start`.
    fn op(&self) -> &'static str;

    /// Who may see it: those who may read this. Nobody sees an event that says nothing.
    fn visible_with(&self) -> Option<Resource> {
        None
    }
}

/// An event of a feature, without its type. What is visible with it is stored with it, so that also
/// an instance that does not know the feature shows it to nobody else.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FeatureEvent {
    op: String,
    data: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    visible_with: Option<Resource>,
}

#[derive(Deserialize)]
struct Tagged {
    data: Box<RawValue>,
}

impl FeatureEvent {
    pub fn of<F: FeatureFamily>(event: &F) -> serde_json::Result<Self> {
        let Tagged { data } = serde_json::from_str(&serde_json::to_string(event)?)?;
        Ok(Self {
            op: event.op().to_owned(),
            data,
            visible_with: event.visible_with(),
        })
    }

    pub(super) fn stored(op: String, data: Box<RawValue>, visible_with: Option<Resource>) -> Self {
        Self {
            op,
            data,
            visible_with,
        }
    }

    /// The event with its type; nothing if it is of another family.
    #[must_use]
    pub fn read<F: FeatureFamily>(&self) -> Option<F> {
        #[derive(Serialize)]
        struct Whole<'a> {
            op: &'a str,
            data: &'a RawValue,
        }
        let whole = Whole {
            op: &self.op,
            data: &self.data,
        };
        serde_json::from_str(&serde_json::to_string(&whole).ok()?).ok()
    }

    #[must_use]
    pub fn op(&self) -> &str {
        &self.op
    }

    pub(super) fn data(&self) -> &RawValue {
        &self.data
    }

    pub(super) fn visible_with(&self) -> Option<Resource> {
        self.visible_with
    }

    /// Stands in the place of an event that somebody may not see.
    pub(super) fn hidden(op: &str) -> Self {
        Self {
            op: op.to_owned(),
            data: super::log::nothing(),
            visible_with: None,
        }
    }

    fn is_visible_to(&self, visibility: Visibility) -> bool {
        self.visible_with
            .is_some_and(|resource| visibility.covers(resource))
    }

    pub(super) fn shown_to(&self, visibility: Visibility) -> Option<Self> {
        // Who else may see it is nobody's business.
        self.is_visible_to(visibility).then(|| Self {
            op: self.op.clone(),
            data: self.data.clone(),
            visible_with: None,
        })
    }
}

impl PartialEq for FeatureEvent {
    fn eq(&self, other: &Self) -> bool {
        (&self.op, self.data.get(), self.visible_with)
            == (&other.op, other.data.get(), other.visible_with)
    }
}
