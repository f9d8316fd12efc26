//! The settings that hold for a node: those it says itself, or inherits from the nearest node above it.

use std::sync::Arc;

use kernel::{NodeId, PresetId};
use protocol::settings::{AskedUnder, InheritedSetting, NodeSettings, Setting};
use serde_json::json;

const SETTINGS: [Setting; 6] = [
    Setting::Model,
    Setting::Temperature,
    Setting::MaxTokens,
    Setting::TopP,
    Setting::PresetId,
    Setting::CustomInstructions,
];

/// The settings that hold for a node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inherited([Option<Held>; SETTINGS.len()]);

/// Who says what holds, and how far away that is.
#[derive(Clone, Debug)]
struct Held {
    distance: usize,
    from: NodeId,
    settings: Arc<NodeSettings>,
}

impl Held {
    /// The nearest decides; of several as near, the one that was made first, since ids begin with the time.
    fn rank(&self) -> (usize, NodeId) {
        (self.distance, self.from)
    }
}

impl Inherited {
    pub(super) fn add(&mut self, settings: &Arc<NodeSettings>, from: NodeId) {
        for (place, setting) in self.0.iter_mut().zip(SETTINGS) {
            if value(settings, setting).is_some() {
                *place = Some(Held {
                    distance: 0,
                    from,
                    settings: settings.clone(),
                });
            }
        }
    }

    pub(super) fn inherit(&mut self, parent: &Self) {
        for (place, held) in self.0.iter_mut().zip(&parent.0) {
            let Some(held) = held else { continue };
            let further = Held {
                distance: held.distance + 1,
                ..held.clone()
            };
            let is_nearer = |known: &Held| further.rank() < known.rank();
            if place.as_ref().is_none_or(is_nearer) {
                *place = Some(further);
            }
        }
    }

    fn held(&self, setting: Setting) -> Option<&NodeSettings> {
        let [model, temperature, max_tokens, top_p, preset, instructions] = &self.0;
        let held = match setting {
            Setting::Model => model,
            Setting::Temperature => temperature,
            Setting::MaxTokens => max_tokens,
            Setting::TopP => top_p,
            Setting::PresetId => preset,
            Setting::CustomInstructions => instructions,
        };
        held.as_ref().map(|held| &*held.settings)
    }

    pub(crate) fn model(&self) -> Option<&str> {
        let model = self.held(Setting::Model)?.model.as_ref();
        model.map(protocol::ModelId::as_str)
    }

    pub(crate) fn temperature(&self) -> Option<f64> {
        let temperature = self.held(Setting::Temperature)?.temperature;
        temperature.map(protocol::values::Temperature::get)
    }

    pub(crate) fn max_tokens(&self) -> Option<u32> {
        let max_tokens = self.held(Setting::MaxTokens)?.max_tokens;
        max_tokens.map(protocol::values::OutputTokens::get)
    }

    pub(crate) fn top_p(&self) -> Option<f64> {
        let top_p = self.held(Setting::TopP)?.top_p;
        top_p.map(protocol::values::TopP::get)
    }

    pub(crate) fn preset(&self) -> Option<PresetId> {
        self.held(Setting::PresetId)?.preset_id
    }

    /// Whose instructions to the branch hold.
    pub(crate) fn instructed_by(&self) -> Option<NodeId> {
        let [.., instructions] = &self.0;
        instructions.as_ref().map(|held| held.from)
    }

    /// What an answer is asked under, of which whoever asks chose some.
    pub(crate) fn under(&self, chosen: &[Setting]) -> AskedUnder {
        let unless = |setting: Setting| !chosen.contains(&setting);
        AskedUnder {
            chosen: chosen.to_vec(),
            model: self
                .model()
                .filter(|_| unless(Setting::Model))
                .map(str::to_owned),
            temperature: self.temperature().filter(|_| unless(Setting::Temperature)),
            max_tokens: self.max_tokens().filter(|_| unless(Setting::MaxTokens)),
            top_p: self.top_p().filter(|_| unless(Setting::TopP)),
        }
    }

    /// As it is shown, maybe without the instructions.
    pub(crate) fn views(&self, with_instructions: bool) -> Vec<InheritedSetting> {
        let held = self.0.iter().zip(SETTINGS);
        let held = held
            .filter(|(_, setting)| with_instructions || *setting != Setting::CustomInstructions);
        held.filter_map(|(held, setting)| {
            let held = held.as_ref()?;
            Some(InheritedSetting {
                setting,
                value: value(&held.settings, setting)?,
                from: held.from,
            })
        })
        .collect()
    }
}

fn value(settings: &NodeSettings, setting: Setting) -> Option<serde_json::Value> {
    let NodeSettings {
        model,
        temperature,
        max_tokens,
        top_p,
        preset_id,
        custom_instructions,
    } = settings;
    match setting {
        Setting::Model => model.as_ref().map(|model| json!(model)),
        Setting::Temperature => temperature.map(|temperature| json!(temperature)),
        Setting::MaxTokens => max_tokens.map(|tokens| json!(tokens)),
        Setting::TopP => top_p.map(|top_p| json!(top_p)),
        Setting::PresetId => preset_id.map(|preset| json!(preset)),
        Setting::CustomInstructions => custom_instructions.as_ref().map(|said| json!(said)),
    }
}
