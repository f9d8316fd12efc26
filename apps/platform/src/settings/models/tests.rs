use super::*;
use crate::settings::{Settings, load};

fn listed() -> ProviderEntry {
    ProviderEntry {
        name: "router".to_owned(),
        base_url: "https://models.example.org/v1".to_owned(),
        api_key: Some(Secret::from("sk-1")),
        api_key_file: None,
        models: vec![ModelEntry::unknown("meta/llama")],
    }
}

fn check(settings: &Settings) -> Result<(), WrongSetting> {
    super::check(
        &settings.provider,
        &settings.providers,
        &settings.generation,
    )
}

type Change = fn(&mut Settings);

fn refusal(change: Change) -> String {
    let mut settings = Settings {
        providers: vec![listed()],
        ..Settings::default()
    };
    check(&settings).unwrap();
    change(&mut settings);
    check(&settings).unwrap_err().to_string()
}

#[test]
fn a_wrong_provider_is_named_in_one_sentence() {
    let cases: [(&str, Change); 10] = [
        ("providers.0.name", |it| {
            it.providers[0].name = "Router".to_owned()
        }),
        ("providers.0.name", |it| {
            it.providers[0].name = "offline".to_owned()
        }),
        ("providers.1.name", |it| it.providers.push(listed())),
        ("providers.router.base_url", |it| {
            it.providers[0].base_url = "ftp://x".to_owned();
        }),
        ("providers.router.base_url", |it| {
            it.providers[0].base_url = "http://x/v1/".to_owned();
        }),
        ("providers.router.api_key", |it| {
            it.providers[0].api_key = Some(Secret::from("sk-1\nx"));
        }),
        ("providers.router.models.0.price_in", |it| {
            it.providers[0].models[0].price_in = f64::NAN;
        }),
        ("providers.router.models.1.id", |it| {
            it.providers[0]
                .models
                .push(ModelEntry::unknown("meta/llama"));
        }),
        ("generation.default_model", |it| {
            it.generation.default_model = Some("router/other".to_owned());
        }),
        ("generation.idle_ms", |it| it.generation.idle_ms = 0),
    ];
    for (name, change) in cases {
        let refused = refusal(change);
        assert!(
            refused.starts_with(&format!("the setting `{name}` must"))
                || refused.starts_with(&format!("the setting `{name}` is"))
                || refused.starts_with(&format!("the setting `{name}` names")),
            "{refused}"
        );
    }
}

#[test]
fn providers_in_the_settings_file_are_read_strictly_and_shown_without_their_keys() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nonlinear.toml");
    let key = folder.path().join("key");
    fs::write(&key, "sk-canary\n").unwrap();
    let text = format!(
        "[[providers]]\nname = \"router\"\nbase_url = \"http://127.0.0.1:9/v1\"\n\
         api_key_file = {key:?}\n[[providers.models]]\nid = \"m\"\nprice_in = 0.15\n"
    );
    fs::write(&file, &text).unwrap();

    let loaded = load(Some(file.clone()), &[]).unwrap();

    let provider = &loaded.settings.providers[0];
    assert_eq!(provider.api_key.as_ref().unwrap().expose(), "sk-canary");
    assert_eq!(provider.models[0].context_tokens, 32_768);
    let lines = loaded.effective();
    let line = |name: &str| lines.iter().find(|line| line.name == name).unwrap();
    assert_eq!(line("providers.0.api_key").value, "********");
    assert_eq!(line("providers.0.models.0.price_in").value, "0.15");
    assert!(line("providers.0.name").source.contains("TOML"));
    assert!(!format!("{:?}", loaded.settings).contains("canary"));

    fs::write(&file, text + "colour = \"red\"\n").unwrap();
    let refused = load(Some(file), &[]).unwrap_err().to_string();
    assert!(refused.contains("colour"), "{refused}");
}
