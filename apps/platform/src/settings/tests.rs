use super::*;

#[test]
fn the_defaults_are_acceptable() {
    Settings::default().check().unwrap();
}

#[test]
fn a_wrong_setting_is_named_in_one_sentence() {
    let flags = [("auth.password_cost".to_owned(), "99".to_owned())];
    let loaded = load(None, &flags).unwrap();
    let refused = crate::check(&loaded.settings).unwrap_err().to_string();
    assert_eq!(
        refused,
        "the setting `auth.password_cost` must be from 4 to 16"
    );

    let flags = [("auth.pasword_cost".to_owned(), "12".to_owned())];
    let refused = load(None, &flags).unwrap_err().to_string();
    assert!(refused.contains("pasword_cost"), "{refused}");
}

#[test]
fn a_password_in_a_url_is_never_shown() {
    assert_eq!(
        mask_password("postgres://app:s:e@cret@db/x"),
        "postgres://app:********@db/x"
    );
    assert_eq!(mask_password("redis://localhost"), "redis://localhost");
    assert_eq!(
        mask_password("postgres://db/x?user=app&password=secret&sslmode=require"),
        "postgres://db/x?user=********&password=********&sslmode=require"
    );
    // It might be either, so nothing of it is shown.
    for url in [
        "postgres://app:se?cr@db/x",
        "postgres://db/x?password=se@cr",
    ] {
        assert_eq!(mask_password(url), "postgres://********");
    }
}

#[test]
fn sqlite_with_several_instances_is_refused() {
    let settings = Settings {
        redis_url: Some("redis://localhost".to_owned()),
        ..Settings::default()
    };
    assert!(settings.check().is_err());
}
