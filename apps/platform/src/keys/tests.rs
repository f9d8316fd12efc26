use super::*;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> std::path::PathBuf {
        self.0.path().join("keys.toml")
    }

    fn load(&self) -> Keys {
        Keys::load_or_create(&self.file()).unwrap()
    }

    fn change(&self, change: impl FnOnce(&mut KeyFile)) -> Keys {
        let mut file = KeyFile::read(&self.file()).unwrap();
        change(&mut file);
        file.write(&self.file()).unwrap();
        self.load()
    }
}

#[test]
fn keys_are_made_once_and_kept() {
    let folder = Folder::new();
    let (first, second) = (folder.load(), folder.load());

    assert_eq!(first.signing_kid, second.signing_kid);
    assert_eq!(first.pepper_new("x"), second.pepper_new("x"));
    assert_ne!(first.pepper_new("x"), first.pepper_new("y"));
    let sealed = first.seal(b"secret", b"here").unwrap();
    assert_eq!(second.unseal(&sealed, b"here").unwrap(), b"secret");
    assert!(second.unseal(&sealed, b"elsewhere").is_err());
}

#[test]
fn a_file_that_was_left_alone_names_no_key_in_what_is_made_with_it() {
    let folder = Folder::new();
    let keys = folder.load();

    let text = fs::read_to_string(folder.file()).unwrap();

    assert!(text.starts_with("pepper = \""), "{text}");
    assert_eq!(keys.pepper_new("x").1, "");
    let sealed = keys.seal(b"secret", b"here").unwrap();
    let tag_bytes = 16;
    assert_eq!(sealed.len(), NONCE_BYTES + "secret".len() + tag_bytes);
}

#[test]
fn a_key_that_is_added_is_accepted_then_used_and_the_old_one_is_dropped() {
    let folder = Folder::new();
    let old = folder.load();
    let sealed_before = old.seal(b"secret", b"here").unwrap();
    let token = old.derived_token("mail", b"x");
    let mut id = String::new();

    let added = folder.change(|file| id = file.add(Kind::Sealing).unwrap());
    let used = folder.change(|file| file.put_first(Kind::Sealing, &id).unwrap());
    let sealed = used.seal(b"secret", b"here").unwrap();

    // Who knows the key already reads what those seal who use it already, and the other way round.
    assert_eq!(added.unseal(&sealed, b"here").unwrap(), b"secret");
    assert_eq!(used.unseal(&sealed_before, b"here").unwrap(), b"secret");
    assert_eq!(used.sealed_with(&sealed), Some(id.as_str()));
    assert_eq!(used.sealed_with(&sealed_before), Some("first"));
    assert_eq!(used.reseal(&sealed, b"here").unwrap(), None);
    let resealed = used.reseal(&sealed_before, b"here").unwrap().unwrap();
    let before = used.derived_before("mail", b"x", |made| made == token);
    assert_eq!(before, Some((token.clone(), "first")));
    assert_ne!(used.derived_token("mail", b"x"), token);

    let alone = folder.change(|file| file.remove(Kind::Sealing, "first").unwrap());
    assert_eq!(alone.unseal(&resealed, b"here").unwrap(), b"secret");
    assert!(alone.unseal(&sealed_before, b"here").is_err());
}

#[test]
fn the_key_that_is_used_is_not_dropped_and_names_stand_for_one_key() {
    let folder = Folder::new();
    folder.load();
    let mut file = KeyFile::read(&folder.file()).unwrap();

    for kind in Kind::ALL {
        let used = file.ids(kind)[0].to_owned();
        assert!(matches!(file.remove(kind, &used), Err(KeysError::InUse(_))));
        let unknown = file.put_first(kind, "none");
        assert!(matches!(unknown, Err(KeysError::Unknown(_))));
    }
    let id = file.add(Kind::Pepper).unwrap();
    file.pepper[0].id = id;
    assert!(matches!(Keys::of(&file), Err(KeysError::Invalid(_))));
}
