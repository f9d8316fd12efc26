//! Faults of providers, by their numbers, against a scripted one.

mod breaker;
mod faults;
mod listed;
mod retries;

use std::{sync::Arc, time::Duration};

use platform::{
    Platform, Settings,
    settings::{ModelEntry, ProviderEntry},
};
use protocol::context::MessageRole;
use tempfile::TempDir;

use super::{
    Asking, Catalog, Failure, Message, Model, Piece, Prompt, Unanswered, open, scripted::Provider,
};

/// A platform of its own whose providers are scripted: `a`, `b` and so on, each with a model `m`.
struct Bench {
    platform: Arc<Platform>,
    _folder: TempDir,
}

impl Bench {
    async fn with(base_urls: &[String], change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings {
            data_dir: folder.path().to_owned(),
            ..Settings::default()
        };
        // Nothing here is to wait for long; what must not happen has the limits of production.
        settings.generation.retry_base_ms = 1;
        settings.generation.offline_word_ms = 0;
        let entries = base_urls.iter().zip(["a", "b", "c"]);
        settings.providers = entries
            .map(|(url, name)| ProviderEntry {
                name: name.to_owned(),
                base_url: url.clone(),
                api_key: Some("sk-canary".into()),
                api_key_file: None,
                models: vec![ModelEntry::unknown("m")],
            })
            .collect();
        change(&mut settings);
        Self {
            platform: Platform::start(settings, platform::Features::default())
                .await
                .unwrap(),
            _folder: folder,
        }
    }

    async fn on(providers: &[&Provider]) -> Self {
        let urls: Vec<String> = providers.iter().map(|it| it.base_url()).collect();
        Self::with(&urls, |_| {}).await
    }

    async fn model(&self, id: &str) -> Arc<Model> {
        let catalog = Catalog::of(&self.platform);
        catalog.warm_up().await;
        catalog.find(id).unwrap()
    }

    /// Asks one model, once.
    async fn once(&self) -> (String, Result<Vec<Piece>, Failure>) {
        let model = self.model("a/m").await;
        let mut answer = match open(&self.platform, &model, &prompt()).await {
            Ok(answer) => answer,
            Err(failure) => return (String::new(), Err(failure)),
        };
        let mut text = String::new();
        let mut others = Vec::new();
        while let Some(piece) = answer.next().await {
            match piece {
                Ok(Piece::Text(more)) => text.push_str(&more),
                Ok(other) => others.push(other),
                Err(failure) => return (text, Err(failure)),
            }
        }
        (text, Ok(others))
    }

    async fn asking(&self, chain: &[&str]) -> Asking {
        let mut models = Vec::new();
        for id in chain {
            models.push(self.model(id).await);
        }
        Asking::new(self.platform.clone(), models)
    }

    /// Asks a chain to the end.
    async fn ask(&self, chain: &[&str]) -> ModelRequest {
        let mut asking = self.asking(chain).await;
        let opened = asking.open(|_| async { Ok(prompt()) }).await;
        let answered_by = match opened {
            Ok(model) => model.id.to_string(),
            Err(Unanswered::Failed(failure)) => {
                return ModelRequest::new(&asking, String::new(), Err(failure));
            }
            Err(Unanswered::Error(error)) => panic!("{error}"),
        };
        let mut text = String::new();
        while let Some(piece) = asking.next().await {
            match piece {
                Ok(Piece::Text(more)) => text.push_str(&more),
                Ok(Piece::Usage(_) | Piece::End(_)) => {}
                Err(failure) => return ModelRequest::new(&asking, text, Err(failure)),
            }
        }
        ModelRequest::new(&asking, text, Ok(answered_by))
    }
}

struct ModelRequest {
    text: String,
    answered_by: Result<String, Failure>,
    /// Model and outcome of each try.
    tries: Vec<(String, String)>,
    waited: Vec<Duration>,
}

impl ModelRequest {
    fn new(asking: &Asking, text: String, answered_by: Result<String, Failure>) -> Self {
        let views = asking.tries().iter().map(|tried| tried.view());
        Self {
            text,
            answered_by,
            tries: views.map(|view| (view.model, view.outcome)).collect(),
            waited: asking.tries().iter().map(|tried| tried.waited).collect(),
        }
    }

    fn tries(&self) -> Vec<(&str, &str)> {
        let tries = self.tries.iter();
        tries
            .map(|(model, outcome)| (&**model, &**outcome))
            .collect()
    }

    fn code(&self) -> &'static str {
        self.answered_by.as_ref().unwrap_err().kind.code()
    }
}

fn prompt() -> Prompt {
    let message = |role, content: &str| Message::new(role, content);
    Prompt {
        messages: [
            message(MessageRole::System, "Be brief."),
            message(MessageRole::User, "Why?"),
        ]
        .into(),
        temperature: Some(0.5),
        top_p: None,
        tools: [].into(),
        max_tokens: 100,
    }
}
