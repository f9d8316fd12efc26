//! Which crate of the workspace may depend on which.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::FEATURES;
use crate::snapshot::{self, Names};

/// Marks a dependency that only the crate's own tests have.
const FOR_TESTS: &str = " (tests)";

/// What no crate of the first list may depend on, neither to run nor to be built or tested.
const FORBIDDEN: &[(&[&str], &[&str], &str)] = &[
    (
        &["kernel", "protocol", "graph"],
        &["tokio", "axum", "sea-orm", "sqlx", "redis", "reqwest"],
        "rules and words do no input or output",
    ),
    (
        &["http", "hub"],
        FEATURES,
        "what carries requests and frames knows no feature",
    ),
    (
        FEATURES,
        &["hub"],
        "features emit events, and rooms find out by themselves",
    ),
    (&["it", "load"], FEATURES, "tests speak the protocol"),
    (
        &["kernel", "graph", "protocol", "http", "it", "load"],
        &["entity"],
        "tables are seen only by the crates that own them",
    ),
];

#[test]
fn the_edges_between_crates_are_the_recorded_ones() {
    let dependencies = dependencies();
    let edges: Names = dependencies
        .iter()
        .map(|(from, to)| {
            let is_member = |to: &&String| dependencies.contains_key(crate_name(to));
            (from.clone(), to.iter().filter(is_member).cloned().collect())
        })
        .collect();

    snapshot::assert_matches("crate-edges.txt", "crate -> crate it depends on", &edges);
}

#[test]
fn no_crate_has_a_forbidden_dependency() {
    let violations = violations(&dependencies());

    assert!(violations.is_empty(), "{violations:#?}");
}

#[test]
fn a_forbidden_dependency_is_found() {
    let http = (
        "http".to_owned(),
        BTreeSet::from(["axum".to_owned(), "canvas (tests)".to_owned()]),
    );

    let violations = violations(&Names::from([http]));

    let expected = "http -> canvas (tests): what carries requests and frames knows no feature";
    assert_eq!(violations, [expected]);
}

fn violations(dependencies: &Names) -> Vec<String> {
    let mut violations = Vec::new();
    for (crates, forbidden, reason) in FORBIDDEN {
        for from in *crates {
            for to in dependencies.get(*from).into_iter().flatten() {
                if forbidden.contains(&crate_name(to)) {
                    violations.push(format!("{from} -> {to}: {reason}"));
                }
            }
        }
    }
    violations
}

fn crate_name(dependency: &str) -> &str {
    dependency.strip_suffix(FOR_TESTS).unwrap_or(dependency)
}

/// Every member of the workspace with all that its Cargo.toml names.
fn dependencies() -> Names {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let answer = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version=1"])
        .current_dir(snapshot::root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&answer.stdout).unwrap();
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap().iter();
            let marked = |dependency: &Value| match dependency["kind"].as_str() {
                Some("dev") => name(dependency) + FOR_TESTS,
                _ => name(dependency),
            };
            (name(package), dependencies.map(marked).collect())
        })
        .collect()
}
