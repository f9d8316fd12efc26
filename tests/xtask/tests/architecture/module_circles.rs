//! No circle between the modules of a crate.
//!
//! The source is read word by word: a module needs those in which stands what it imports or names by
//! a path. What a module only passes on with `pub use`, it does not need; whoever takes it from there
//! needs the module where it stands.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::source::{Import, imports, split, without_tests};

/// How often one name may be passed on.
const PASSED_ON_MAX: usize = 8;

/// The modules of a crate by their paths, such as `bus::link`; the root's is empty.
type Modules = BTreeMap<String, Module>;

struct Module {
    imports: Vec<Import>,
    /// What is left without the imports.
    words: Vec<String>,
}

impl Module {
    fn read(source: &str) -> Self {
        let words = split(source);
        let (imports, words) = imports(without_tests(&words));
        Self { imports, words }
    }

    /// Whether a name stands anywhere but in its imports and the modules that it declares.
    fn mentions(&self, name: &str) -> bool {
        let pairs = self.words.windows(2);
        pairs
            .into_iter()
            .any(|two| two[1] == name && two[0] != "mod")
    }

    /// The modules that it declares, without those of tests.
    fn children(&self) -> impl Iterator<Item = &str> {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        (0..self.words.len()).filter_map(move |at| match words[at..] {
            ["mod", _, ";", ..] if words[..at].ends_with(&["cfg", "(", "test", ")", "]"]) => None,
            ["mod", _, ";", ..] => Some(self.words[at + 1].as_str()),
            _ => None,
        })
    }
}

#[test]
fn no_crate_has_modules_in_a_circle() {
    let mut found = BTreeMap::new();
    for folder in crate::source::crates() {
        for root in ["lib.rs", "main.rs"] {
            let path = folder.join("src").join(root);
            if path.exists() {
                let circles = circles(&read(&path));
                if !circles.is_empty() {
                    found.insert(path, circles);
                }
            }
        }
    }

    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_circle_is_found_through_names_that_are_passed_on() {
    let modules = modules(&[
        (
            "",
            "mod jobs; mod platform; mod tools; pub use platform::Platform;",
        ),
        (
            "jobs",
            "mod queue; mod worker; pub use worker::work; pub use queue::Queue;",
        ),
        ("jobs::queue", "pub struct Queue;"),
        (
            "jobs::worker",
            "use super::Queue; use crate::Platform; pub fn work() {}",
        ),
        (
            "platform",
            "use crate::jobs; fn start() { jobs::work(); crate::tools::help(); }",
        ),
        (
            "tools",
            "pub fn help() {} #[cfg(test)] mod tests { use crate::Platform; }",
        ),
    ]);

    let expected = ["jobs::worker -> platform", "platform -> jobs::worker"];
    assert_eq!(circles(&modules), expected);
}

#[test]
fn what_a_parent_passes_on_makes_no_circle_and_what_it_uses_does() {
    let child = ("bus::link", "use super::Topic;");
    let passes_on = modules(&[
        ("", "mod bus;"),
        ("bus", "mod link; pub use link::Link; pub struct Topic;"),
        child,
    ]);
    let uses = modules(&[
        ("", "mod bus;"),
        (
            "bus",
            "mod link; pub use link::Link; pub struct Topic(Link);",
        ),
        child,
    ]);

    assert_eq!(circles(&passes_on), Vec::<String>::new());
    assert_eq!(circles(&uses), ["bus -> bus::link", "bus::link -> bus"]);
}

fn modules(sources: &[(&str, &str)]) -> Modules {
    let sources = sources.iter();
    sources
        .map(|(path, source)| ((*path).to_owned(), Module::read(source)))
        .collect()
}

/// A crate from its root on.
fn read(root: &Path) -> Modules {
    let mut modules = Modules::new();
    let mut waiting = vec![(String::new(), root.to_owned())];
    while let Some((path, file)) = waiting.pop() {
        let module = Module::read(&fs::read_to_string(&file).unwrap());
        let folder = match path.as_str() {
            "" => file.parent().unwrap().to_owned(),
            _ => file.with_extension(""),
        };
        for child in module.children() {
            let source = folder.join(child).with_extension("rs");
            // Tests lend some files to crates under another path.
            if source.exists() {
                waiting.push((below(&path, child), source));
            }
        }
        modules.insert(path, module);
    }
    modules
}

fn below(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        _ => format!("{path}::{name}"),
    }
}

/// The edges that lie on circles.
fn circles(modules: &Modules) -> Vec<String> {
    let edges: BTreeMap<&str, BTreeSet<&str>> = modules
        .keys()
        .map(|from| (from.as_str(), needed(modules, from)))
        .collect();
    let mut found = Vec::new();
    for (from, targets) in &edges {
        for to in targets {
            if reached(&edges, to).contains(from) {
                found.push(format!("{from} -> {to}"));
            }
        }
    }
    found
}

fn reached<'m>(edges: &BTreeMap<&'m str, BTreeSet<&'m str>>, from: &'m str) -> BTreeSet<&'m str> {
    let (mut reached, mut waiting) = (BTreeSet::from([from]), vec![from]);
    while let Some(next) = waiting.pop() {
        for to in edges.get(next).into_iter().flatten() {
            if reached.insert(to) {
                waiting.push(to);
            }
        }
    }
    reached
}

/// The other modules without which this one would not compile.
fn needed<'m>(modules: &'m Modules, from: &str) -> BTreeSet<&'m str> {
    let module = &modules[from];
    let used = module.imports.iter().filter(|import| {
        // What is only passed on is no matter of this module.
        !import.is_public || module.mentions(&import.name)
    });
    let imported = used.map(|import| import.path.clone());
    let named = paths(&module.words);
    let mut needed: BTreeSet<&str> = imported
        .chain(named)
        .filter_map(|path| home(modules, from, &path, PASSED_ON_MAX))
        .collect();
    needed.remove(from);
    needed
}

/// All paths of more than one name.
fn paths(words: &[String]) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut rest = words;
    while let Some((first, mut after)) = rest.split_first() {
        let mut path = vec![first.clone()];
        while let [one, two, name, further @ ..] = after
            && one == ":"
            && two == ":"
            && is_name(name)
        {
            path.push(name.clone());
            after = further;
        }
        if is_name(first) && path.len() > 1 {
            paths.push(path);
        }
        rest = after;
    }
    paths
}

fn is_name(word: &str) -> bool {
    word.starts_with(|sign: char| sign.is_alphabetic() || sign == '_')
}

/// The module of the crate where stands what a path names; nothing for what other crates bring, and
/// for a path that names a module alone, since what is taken from that is another path.
fn home<'m>(
    modules: &'m Modules,
    from: &str,
    path: &[String],
    passed_on: usize,
) -> Option<&'m str> {
    let (first, rest) = path.split_first()?;
    let (mut place, mut rest) = match first.as_str() {
        "crate" => (String::new(), rest),
        "self" => (from.to_owned(), rest),
        "super" => (parent(from), rest),
        _ => (from.to_owned(), path),
    };
    let is_relative = rest.len() == path.len();
    while let Some((name, after)) = rest.split_first() {
        if name == "super" {
            place = parent(&place);
        } else if modules.contains_key(&below(&place, name)) {
            place = below(&place, name);
        } else {
            let mut imports = modules.get(&place)?.imports.iter();
            let passed = imports.find(|import| import.name == *name && name != "*");
            return match passed {
                Some(import) if passed_on > 0 && import.path != path => {
                    let path = [&import.path, after].concat();
                    home(modules, &place, &path, passed_on - 1)
                }
                // A first name that stands for nothing here is another crate's, or of this file.
                Some(_) | None if is_relative && rest.len() == path.len() => None,
                Some(_) | None => modules
                    .get_key_value(&place)
                    .map(|(place, _)| place.as_str()),
            };
        }
        rest = after;
    }
    None
}

fn parent(path: &str) -> String {
    let parent = path.rsplit_once("::").map(|(parent, _)| parent);
    parent.unwrap_or_default().to_owned()
}
