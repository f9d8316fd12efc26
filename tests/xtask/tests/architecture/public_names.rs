//! No two public types of a crate have one name: whoever reads it in a signature, or in the API
//! document, knows which is meant.

use std::collections::BTreeMap;
use std::path::Path;

use crate::source::{crates, sources, split, without_tests, words};

const KINDS: [&str; 4] = ["struct", "enum", "trait", "type"];

#[test]
fn no_two_public_types_of_a_crate_have_one_name() {
    let found: Vec<String> = crates()
        .flat_map(|folder| {
            let files = sources(&folder.join("src"));
            let names = files.flat_map(|path| named(without_tests(&words(&path))));
            let crate_name = name(&folder);
            twice(names.collect())
                .into_iter()
                .map(move |twice| format!("{crate_name}: {twice}"))
        })
        .collect();

    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_name_that_stands_twice_is_found() {
    let source = "pub struct One; pub(crate) struct Two; pub enum Two {} pub trait Three {} \
        mod inner { pub type One = u8; fn struct_of() {} }";

    assert_eq!(twice(named(&split(source))), ["One"]);
}

fn name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn named(words: &[String]) -> Vec<String> {
    let public = words.windows(3);
    public
        .filter(|three| three[0] == "pub" && KINDS.contains(&three[1].as_str()))
        // What a macro declares is named where it is used.
        .filter(|three| three[2] != "$")
        .map(|three| three[2].clone())
        .collect()
}

fn twice(names: Vec<String>) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let twice = counts.into_iter().filter(|(_, count)| *count > 1);
    twice.map(|(name, _)| name).collect()
}
