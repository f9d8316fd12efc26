use platform::settings::ProviderEntry;

use super::*;
use crate::providers::scripted::Provider as Scripted;

fn catalog(change: impl FnOnce(&mut Settings)) -> Catalog {
    let mut settings = Settings::default();
    change(&mut settings);
    Catalog::new(&settings)
}

fn entry(name: &str, models: &[&str]) -> ProviderEntry {
    ProviderEntry {
        name: name.to_owned(),
        base_url: "http://127.0.0.1:9/v1".to_owned(),
        api_key: None,
        api_key_file: None,
        models: models.iter().map(|id| ModelEntry::unknown(id)).collect(),
    }
}

async fn ids(catalog: &Catalog) -> Vec<String> {
    let all = catalog.list().await;
    all.iter().map(|model| model.id.to_string()).collect()
}

#[tokio::test]
async fn with_nothing_set_up_the_offline_model_answers() {
    let catalog = catalog(|_| {});

    assert_eq!(&*catalog.default_model().unwrap().id, "offline/echo");
    assert!(catalog.find("echo").unwrap().is_offline());
    assert_eq!(ids(&catalog).await, ["offline/echo"]);
}

#[tokio::test]
async fn openai_itself_is_known_by_sizes_and_prices() {
    let catalog = catalog(|it| it.provider.openai_api_key = Some("sk-1".into()));

    assert_eq!(&*catalog.default_model().unwrap().id, "openai/gpt-4.1-mini");
    let model = catalog.find("gpt-4o-mini").unwrap();
    assert_eq!(model.price.input_picos, 150_000);
    assert_eq!(catalog.endpoint(&model).unwrap().dialect, Dialect::OpenAi);
    assert!(catalog.find("gpt-4.1-nano").unwrap().summarises);
    assert_eq!(catalog.find("openai/gpt-2"), None);
    assert!(!catalog.find("gpt-5").unwrap().takes_temperature);
}

#[tokio::test]
async fn a_bare_name_is_enough_where_only_one_has_it() {
    let catalog = catalog(|it| {
        it.providers = vec![entry("a", &["x", "y/z"]), entry("b", &["x"])];
        it.generation.default_model = Some("b/x".to_owned());
    });

    assert_eq!(&*catalog.find("y/z").unwrap().id, "a/y/z");
    assert_eq!(catalog.find("x"), None);
    assert_eq!(&*catalog.find("b/x").unwrap().id, "b/x");
    assert_eq!(catalog.find("c/x"), None);
    assert_eq!(&*catalog.default_model().unwrap().id, "b/x");
}

#[tokio::test]
async fn another_endpoint_is_asked_what_it_offers_and_the_answer_remembered() {
    let provider = Scripted::start().await;
    provider.offer(&["llama3", "nomic-embed-text", "two words"]);
    let catalog = catalog(|it| it.provider.openai_base_url = Some(provider.base_url()));

    assert_eq!(ids(&catalog).await, ["openai/llama3", "offline/echo"]);
    assert_eq!(&*catalog.default_model().unwrap().id, "openai/llama3");
    assert_eq!(catalog.find("openai/other"), None);
    assert_eq!(provider.lists_asked(), 1);
}

#[tokio::test]
async fn an_endpoint_that_cannot_say_is_believed_and_not_replaced() {
    let provider = Scripted::start().await;
    let catalog = catalog(|it| it.provider.openai_base_url = Some(provider.base_url()));

    catalog.warm_up().await;

    let failure = catalog.default_model().unwrap_err();
    assert_eq!(failure.kind, FailureKind::ProviderUnavailable);
    assert_eq!(&*catalog.find("openai/llama3").unwrap().name, "llama3");
    assert_eq!(catalog.find("llama3"), None);
    // A failure is remembered, too.
    catalog.warm_up().await;
    assert_eq!(provider.lists_asked(), 1);
    let shown = format!("{catalog:?}");
    assert!(!shown.contains("sk-"), "{shown}");
}
