//! No public signature of a feature names a type of the crate `entity`: what others get is a type of
//! the feature's own, so that a table may change without them.
//!
//! What is `pub` can be reached from other crates; the lint `unreachable_pub` sees to that.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::FEATURES;
use crate::source::{crates, imports, sources, split, without_tests, words};

#[test]
fn no_public_signature_of_a_feature_names_a_row() {
    let features = crates().filter(|folder| {
        let name = folder.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| FEATURES.contains(&name))
    });
    let found: Vec<(PathBuf, Vec<String>)> = features
        .flat_map(|folder| sources(&folder.join("src")))
        .map(|path| (path.clone(), named(&words(&path))))
        .filter(|(_, named)| !named.is_empty())
        .collect();

    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_public_signature_with_a_row_is_found() {
    let source = r"
        use entity::{enums::NodeStatus as Stored, node, user as person};
        use protocol::nodes::NodeStatus;
        pub async fn row(id: NodeId) -> Result<node::Model> { node::Entity::find() }
        pub const fn of<T>(status: Stored) -> Self where T: Into<u8> { Self }
        pub struct Held { pub id: NodeId, row: node::Model, pub(crate) own: node::Model }
        pub struct Shown { id: NodeId, pub row: Option<person::Model> }
        pub struct Bare(pub entity::edge::Model);
        pub enum Change { None, Row { row: node::ActiveModel } }
        pub const DEFAULT: NodeStatus = to_view(node::Model::new());
        pub type Place = (i64, node::Model);
        pub fn fine(node: NodeId, status: NodeStatus) -> Result<Node> { row(node::Model) }
        pub(crate) fn own(row: &node::Model) {}
        fn private(row: &node::Model) {}
        #[cfg(test)]
        mod tests { pub fn row() -> node::Model {} }
    ";

    let expected = ["row", "of", "Shown", "Bare", "Change", "Place"];
    assert_eq!(named(&split(source)), expected);
}

/// The public items whose signatures name what comes from `entity`.
fn named(words: &[String]) -> Vec<String> {
    let (imports, words) = imports(without_tests(words));
    let of_entity = imports
        .into_iter()
        .filter(|import| import.path[0] == "entity");
    let mut rows: BTreeSet<String> = of_entity.map(|import| import.name).collect();
    rows.insert("entity".to_owned());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let public = (0..words.len()).filter(|at| words[*at] == "pub");
    public
        .filter_map(|at| item(&words[at + 1..]))
        .filter(|item| item.signature.iter().any(|part| names(part, &rows)))
        .map(|item| item.name)
        .collect()
}

struct Item<'w> {
    name: String,
    signature: Vec<&'w [&'w str]>,
}

/// The item that begins here; nothing if a field does, or what is public in its crate only.
fn item<'w>(words: &'w [&'w str]) -> Option<Item<'w>> {
    // `const` is a kind of item, too, unless a function follows.
    let before = words.windows(2).take_while(|two| match two[0] {
        "async" | "unsafe" => true,
        "const" => matches!(two[1], "async" | "unsafe" | "fn"),
        _ => false,
    });
    let kind = before.count();
    let name = words.get(kind + 1)?;
    let rest = &words[kind + 1..];
    let signature = match *words.get(kind)? {
        "fn" => vec![until(rest, &["{", ";"])],
        "const" | "static" => vec![until(rest, &["="])],
        "type" => vec![until(rest, &[";"])],
        "enum" | "trait" => vec![whole(rest)],
        "struct" => fields(whole(rest)),
        _ => return None,
    };
    Some(Item {
        name: (*name).to_owned(),
        signature,
    })
}

fn until<'w>(words: &'w [&'w str], ends: &[&str]) -> &'w [&'w str] {
    let end = words.iter().position(|word| ends.contains(word));
    &words[..end.unwrap_or(words.len())]
}

/// To the end of an item's braces, or to its `;`.
fn whole<'w>(words: &'w [&'w str]) -> &'w [&'w str] {
    let mut depth = 0;
    let end = words.iter().position(|word| {
        match *word {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        depth == 0 && matches!(*word, "}" | ";")
    });
    &words[..end.map_or(words.len(), |end| end + 1)]
}

/// The fields that everybody sees.
fn fields<'w>(words: &'w [&'w str]) -> Vec<&'w [&'w str]> {
    let public = (0..words.len()).filter(|at| words[*at] == "pub");
    let public = public.filter(|at| words.get(at + 1) != Some(&"("));
    public
        .map(|at| {
            let mut depth = 0;
            let field = &words[at..];
            let end = field.iter().position(|word| {
                match *word {
                    "<" | "(" | "[" => depth += 1,
                    ">" | ")" | "]" => depth -= 1,
                    _ => {}
                }
                depth < 0 || depth == 0 && matches!(*word, "," | "}")
            });
            &field[..end.unwrap_or(field.len())]
        })
        .collect()
}

/// Whether one of the rows is named as a type or the beginning of one, not as an argument or field.
fn names(words: &[&str], rows: &BTreeSet<String>) -> bool {
    (0..words.len()).any(|at| {
        let is_path = words[at + 1..].starts_with(&[":", ":"]);
        let is_type = words[at].starts_with(char::is_uppercase);
        let is_inside = words[..at].ends_with(&[":", ":"]);
        rows.contains(words[at]) && !is_inside && (is_path || is_type)
    })
}
