//! Which crate writes which table.
//!
//! The source is read word by word, not type by type: a write shows itself as `node::ActiveModel`,
//! as `node::Entity::update_many`, as a statement built for `node::Entity`, or as SQL in capitals.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use crate::FEATURES;
use crate::snapshot::{self, Names};
use crate::source::{crates, sources, split, words};

/// Tables that several features write, each with its reason.
const SHARED: &[(&str, &str)] = &[];

/// Module of the crate `entity` to table.
type Tables = BTreeMap<String, String>;

#[test]
fn the_tables_each_crate_writes_are_the_recorded_ones() {
    snapshot::assert_matches("table-writers.txt", "crate -> table it writes", &writers());
}

#[test]
fn no_table_has_two_features_that_write_it() {
    let mut features_by_table: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, tables) in writers() {
        for table in tables
            .into_iter()
            .filter(|_| FEATURES.contains(&name.as_str()))
        {
            features_by_table
                .entry(table)
                .or_default()
                .insert(name.clone());
        }
    }
    features_by_table.retain(|table, features| {
        features.len() > 1 && !SHARED.iter().any(|(shared, _reason)| shared == table)
    });

    assert!(
        features_by_table.is_empty(),
        "a feature calls the command of the feature that owns the table: {features_by_table:#?}"
    );
}

#[test]
fn every_write_names_its_table() {
    let hidden: Vec<PathBuf> = crates()
        .flat_map(|folder| sources(&folder.join("src")))
        .filter(|path| words(path).iter().any(|word| word == "into_active_model"))
        .collect();

    assert!(
        hidden.is_empty(),
        "`into_active_model` hides the table; write `node::ActiveModel::from(row)`: {hidden:#?}"
    );
}

#[test]
fn all_the_ways_to_write_are_recognised() {
    let tables: Tables = ["edge", "job", "node", "project", "user"]
        .map(|module| (module.to_owned(), format!("{module}s")))
        .into();
    let source = r#"
        use entity::{node, project as project_row};
        // user::ActiveModel is only mentioned here.
        let row = node::ActiveModel { ..Default::default() };
        project_row::Entity
            ::update_many();
        Query::delete().from_table(edge::Entity);
        raw("UPDATE jobs SET state = $1 ON CONFLICT DO UPDATE SET users = 1");
        user::Entity::find_by_id(id);
    "#;

    let written = tables_written(&split(source), &tables);

    assert_eq!(
        written.into_iter().collect::<Vec<_>>(),
        ["edges", "jobs", "nodes", "projects"]
    );
}

fn writers() -> Names {
    let tables = tables();
    crates()
        .map(|folder| {
            let written = sources(&folder.join("src"))
                .flat_map(|path| tables_written(&words(&path), &tables))
                .collect();
            (
                folder.file_name().unwrap().to_str().unwrap().to_owned(),
                written,
            )
        })
        .collect()
}

fn tables_written(words: &[String], tables: &Tables) -> BTreeSet<String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut modules: BTreeMap<&str, &String> = tables
        .iter()
        .map(|(module, table)| (module.as_str(), table))
        .collect();
    for three in words.windows(3) {
        if let [module, "as", alias] = three
            && let Some(table) = tables.get(*module)
        {
            modules.insert(alias, table);
        }
    }
    let mut written = BTreeSet::new();
    for at in 0..words.len() {
        let module = match &words[at..] {
            [module, ":", ":", "ActiveModel", ..] => module,
            [module, ":", ":", "Entity", ":", ":", call, ..] if writes(call) => module,
            [
                "many" | "table" | "into_table" | "from_table",
                "(",
                rest @ ..,
            ] => {
                let path = rest.strip_prefix(&["entity", ":", ":"]).unwrap_or(rest);
                let [module, ":", ":", "Entity", ..] = path else {
                    continue;
                };
                module
            }
            ["INSERT", "INTO", table, ..]
            | ["DELETE", "FROM", table, ..]
            | ["UPDATE", table, ..] => {
                written.extend(tables.values().find(|known| known == table).cloned());
                continue;
            }
            _ => continue,
        };
        written.extend(modules.get(module).map(|table| (*table).clone()));
    }
    written
}

fn writes(call: &str) -> bool {
    ["insert", "update", "delete"]
        .iter()
        .any(|verb| call.starts_with(verb))
}

/// Read from the models: the module's name and `table_name = "…"`.
fn tables() -> Tables {
    sources(&snapshot::root().join("entity/src"))
        .filter_map(|path| {
            let source = fs::read_to_string(&path).unwrap();
            let (_, rest) = source.split_once("table_name = \"")?;
            let (table, _) = rest.split_once('"')?;
            Some((path.file_stem()?.to_str()?.to_owned(), table.to_owned()))
        })
        .collect()
}
