//! What the demo consists of. Its texts are French, as the product's own demo is.

use accounts::admin::NewUser;
use kernel::{Error, NodeId, Result};
use protocol::{
    nodes::{CreateNode, Provenance},
    projects::CreateProject,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{EMAIL, PASSWORD};

const SYSTEM_PROMPT: &str = "Tu es un expert en architecture web moderne, avec une profonde \
    connaissance de React, Next.js, NestJS, et des meilleures pratiques de développement.";

const ANSWER: &str = "L'architecture de composants divise l'interface utilisateur en petits blocs \
    réutilisables appelés composants. Chaque composant gère sa propre logique et son propre état, ce \
    qui permet de construire des interfaces complexes de manière modulaire et maintenable.

**Principes clés :**
- **Encapsulation** : Chaque composant isole sa logique
- **Réutilisabilité** : Les composants peuvent être utilisés plusieurs fois
- **Composition** : Les composants peuvent être combinés
- **Props** : Communication via des propriétés

**Exemples :**
- Button, Input, Modal dans React
- Controller, Service, Module dans NestJS";

pub(crate) fn user() -> Result<NewUser> {
    Ok(NewUser {
        email: parsed(json!(EMAIL))?,
        password: parsed(json!(PASSWORD))?,
        username: parsed(json!("demo"))?,
        first_name: parsed(json!("Demo"))?,
        last_name: parsed(json!("User"))?,
        preferences: parsed(json!({
            "theme": "dark",
            "notifications": {"email": false, "browser": true},
            "language": "fr",
            "timezone": "Europe/Paris",
        }))?,
        verified: true,
    })
}

pub(crate) fn project() -> Result<CreateProject> {
    parsed(json!({
        "name": "Demo Project - Architecture Web",
        "description": "Un projet de démonstration pour explorer l'architecture web moderne",
        "systemPrompt": SYSTEM_PROMPT,
    }))
}

pub(crate) fn answered_node() -> Result<CreateNode> {
    let node: CreateNode = parsed(json!({
        "prompt": "Qu'est-ce que l'architecture de composants ?",
        "response": ANSWER,
        "summary": "Architecture de composants : modulaire et réutilisable",
        "position": {"x": 0, "y": 0},
    }))?;
    let provenance = Provenance {
        llm_model: Some("gpt-4o".to_owned()),
        llm_tokens: Some(234),
    };
    Ok(CreateNode { provenance, ..node })
}

/// The questions that follow from the answered one.
pub(crate) fn following_nodes(answered: NodeId) -> Result<[CreateNode; 2]> {
    parsed(json!([
        {
            "prompt": "Qu'est-ce que l'injection de dépendances ?",
            "position": {"x": -200, "y": 460},
            "parentIds": [answered],
        },
        {
            "prompt": "Qu'est-ce que le server-side rendering ?",
            "position": {"x": 200, "y": 460},
            "parentIds": [answered],
        },
    ]))
}

fn parsed<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(Error::internal)
}
