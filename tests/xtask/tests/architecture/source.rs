//! The source of the workspace, read word by word.

use std::fs;
use std::path::{Path, PathBuf};

use crate::snapshot;

pub(crate) fn crates() -> impl Iterator<Item = PathBuf> {
    let folders = fs::read_dir(snapshot::root().join("apps")).unwrap();
    folders
        .map(|entry| entry.unwrap().path())
        .filter(|folder| folder.join("Cargo.toml").exists())
}

/// All Rust files in `folder` and below.
pub(crate) fn sources(folder: &Path) -> Box<dyn Iterator<Item = PathBuf>> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    Box::new(
        entries.flat_map(|path| -> Box<dyn Iterator<Item = PathBuf>> {
            if path.is_dir() {
                sources(&path)
            } else {
                Box::new(
                    Some(path)
                        .into_iter()
                        .filter(|path| path.extension().is_some_and(|e| e == "rs")),
                )
            }
        }),
    )
}

pub(crate) fn words(path: &Path) -> Vec<String> {
    split(&fs::read_to_string(path).unwrap())
}

/// Names and single signs, without white space and line comments.
pub(crate) fn split(source: &str) -> Vec<String> {
    let is_name = |sign: char| sign.is_alphanumeric() || sign == '_';
    let mut words: Vec<String> = Vec::new();
    for line in source.lines() {
        let code = line.split("//").next().unwrap();
        let mut in_name = false;
        for sign in code.chars() {
            match words.last_mut() {
                Some(word) if in_name && is_name(sign) => word.push(sign),
                _ if sign.is_whitespace() => {}
                _ => words.push(sign.to_string()),
            }
            in_name = is_name(sign);
        }
    }
    words
}

/// The words before the tests, which stand at the end of a file.
pub(crate) fn without_tests(words: &[String]) -> &[String] {
    let tests = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let at = words.windows(tests.len()).position(|here| here == tests);
    &words[..at.unwrap_or(words.len())]
}

/// What a `use` brings into a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// What it is called here; `*` for everything.
    pub(crate) name: String,
    pub(crate) path: Vec<String>,
    pub(crate) is_public: bool,
}

/// What a file imports, and the words that are left.
pub(crate) fn imports(words: &[String]) -> (Vec<Import>, Vec<String>) {
    let (mut imports, mut rest) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < words.len() {
        let before = at.checked_sub(1).map(|before| words[before].as_str());
        // Elsewhere it is a word of a text, or says what a type captures.
        let begins = matches!(before, None | Some("pub" | ")" | "]" | ";" | "{" | "}"));
        let end = words[at..].iter().position(|word| word == ";");
        if words[at] == "use"
            && begins
            && let Some(end) = end.map(|length| at + length)
        {
            let mut found = Vec::new();
            tree(&words[at + 1..end], &[], &mut found);
            imports.extend(found.into_iter().map(|(name, path)| Import {
                name,
                path,
                is_public: matches!(before, Some("pub" | ")")),
            }));
            at = end;
        } else {
            rest.push(words[at].clone());
        }
        at += 1;
    }
    (imports, rest)
}

/// Takes `a::{b, c as d}` apart, after what stands before it.
fn tree(words: &[String], before: &[String], found: &mut Vec<(String, Vec<String>)>) {
    let mut path = before.to_vec();
    let mut alias = None;
    let mut at = 0;
    while at < words.len() {
        match words[at].as_str() {
            ":" => {}
            "as" => {
                alias = words.get(at + 1).cloned();
                at += 1;
            }
            "{" => {
                let inner = &words[at + 1..words.len() - 1];
                for branch in branches(inner) {
                    tree(branch, &path, found);
                }
                return;
            }
            "self" if !before.is_empty() => {}
            name => path.push(name.to_owned()),
        }
        at += 1;
    }
    if let Some(name) = alias.or_else(|| path.last().cloned()) {
        found.push((name, path));
    }
}

/// What stands between the commas that are in no inner braces.
fn branches(words: &[String]) -> impl Iterator<Item = &[String]> {
    let mut depth = 0;
    let between = words.split(move |word| {
        match word.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        depth == 0 && word == ","
    });
    between.filter(|branch| !branch.is_empty())
}

#[test]
fn imports_are_taken_apart() {
    let words = split(
        "pub use self::{a::{A, b as c}, d::{self}};
         use super::*; fn f() {}",
    );

    let (found, rest) = imports(&words);

    let shown: Vec<String> = found
        .iter()
        .map(|one| format!("{}={} {}", one.name, one.path.join("::"), one.is_public))
        .collect();
    let expected = [
        "A=self::a::A true",
        "c=self::a::b true",
        "d=self::d true",
        "*=super::* false",
    ];
    assert_eq!(shown, expected);
    assert_eq!(rest.concat(), "pubfnf(){}");
}
