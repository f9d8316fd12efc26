//! Text files that a test compares with what it found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

pub(crate) type Names = BTreeMap<String, BTreeSet<String>>;

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
}

/// Compares `found` with the file `name` beside this package, or writes it when UPDATE is set.
pub(crate) fn assert_matches(name: &str, explanation: &str, found: &Names) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let text = render(explanation, found);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let recorded = fs::read_to_string(&path).unwrap_or_default();
    let added: Vec<&str> = text
        .lines()
        .filter(|line| !recorded.lines().any(|r| r == *line))
        .collect();
    let gone: Vec<&str> = recorded
        .lines()
        .filter(|line| !text.lines().any(|t| t == *line))
        .collect();
    assert!(
        recorded == text,
        "tests/xtask/{name} is out of date.\nfound, not recorded: {added:#?}\nrecorded, not found: \
         {gone:#?}\nIf this is intended: UPDATE=1 cargo test -p xtask"
    );
}

/// One line per pair, so that a new one is one new line.
fn render(explanation: &str, found: &Names) -> String {
    let mut text = format!("# {explanation}\n");
    for (from, targets) in found {
        for to in targets {
            writeln!(text, "{from} -> {to}").unwrap();
        }
    }
    text
}
