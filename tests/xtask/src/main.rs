//! The developer's commands, run as `cargo xtask …`.
#![expect(
    clippy::print_stdout,
    reason = "a command line program answers on standard output"
)]

mod api_fuzz;
mod build;
mod clients;
mod libtest;
mod lint;
mod load;
mod python;
mod report;
mod services;
mod shell;
mod supervise;
mod test;
mod web;
mod web_report;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask <command>

  test [--all] [--long] [FILTER]…  all tests, on SQLite and on Postgres, starting the services they need,
                                   and those of the web package
                                   --all   what cannot be run is a failure; ends with clients
                                           and api-fuzz
                                   --long  also the tests that take minutes
                                   FILTER  only Rust tests with this in their name, such as edges or
                                           sockets::presence, with only the services they need
  lint                             format, clippy, documentation, dependency rules
  services                         Postgres and Redis for tests run by hand, until standard input closes
  load [ARGUMENT]…                 the load generator, built for release, with a durable Postgres and a Redis
  web                              types, lints and tests of the web package, on the built server
  clients                          the official clients of MCP and OpenAI on the built server
  api-fuzz [--examples N]          requests generated from the server's own OpenAPI document

A Postgres or Redis that runs already is used when TEST_DATABASE_URL or TEST_REDIS_URL names it.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if asks_for_help(&words) {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let outcome = match words.as_slice() {
        ["test", rest @ ..] => match test::Options::parse(rest) {
            Ok(options) => test::run(&options),
            Err(error) => return misunderstood(&error.to_string()),
        },
        ["lint"] => lint::run(),
        ["services"] => services::run(),
        ["load", rest @ ..] => load::run(rest),
        ["web"] => web::run(),
        ["clients"] => clients::run(),
        ["api-fuzz"] => api_fuzz::run(api_fuzz::EXAMPLES_DEFAULT),
        ["api-fuzz", "--examples", count] => match count.parse() {
            Ok(examples) => api_fuzz::run(examples),
            Err(error) => return misunderstood(&format!("--examples {count}: {error}")),
        },
        _ => return misunderstood(&format!("unknown: {}", words.join(" "))),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}

fn asks_for_help(words: &[&str]) -> bool {
    match words {
        [] | ["help", ..] => true,
        // The load generator answers for itself.
        ["load", ..] => false,
        words => words.iter().any(|word| matches!(*word, "-h" | "--help")),
    }
}

fn misunderstood(problem: &str) -> ExitCode {
    eprintln!("xtask: {problem}\n\n{USAGE}");
    ExitCode::from(2)
}
