//! Change sets.

use serde_json::json;

use super::case::{Case, Try, case};

const LIST: &str = "GET /projects/{project_id}/changesets";
const GET: &str = "GET /projects/{project_id}/changesets/{changeset_id}";
const REVERT: &str = "POST /projects/{project_id}/changesets/{changeset_id}/revert";
const ACCEPT: &str = "POST /projects/{project_id}/changesets/{changeset_id}/accept";
const REJECT: &str = "POST /projects/{project_id}/changesets/{changeset_id}/reject";

pub(super) fn cases() -> Vec<Case> {
    let read = "graph:read+members:read";
    vec![
        case!(LIST, read, 200, s => Try::at([&s.home.id])),
        case!(GET, read, 200, s => Try::at([&s.home.id, &s.home.new_changeset().await])),
        case!(GET, read, 404, s => {
            let foreign = s.other.new_changeset().await;
            Try::at([&s.home.id, &foreign]).foreign(&foreign)
        }),
        case!(GET, read, 404, s => {
            Try::at([&s.home.id, &s.home.node]).foreign(&s.home.node)
        }),
        case!(REVERT, "graph:write", 200, s => {
            Try::at([&s.home.id, &s.home.new_changeset().await]).body(json!({}))
        }),
        case!(REVERT, "graph:write", 404, s => {
            let foreign = s.other.new_changeset().await;
            Try::at([&s.home.id, &foreign]).body(json!({})).foreign(&foreign)
        }),
        // What happened is not accepted any more: only tasks propose.
        case!(ACCEPT, "graph:write", 409, s => {
            Try::at([&s.home.id, &s.home.new_changeset().await]).body(json!({}))
        }),
        case!(ACCEPT, "graph:write", 404, s => {
            let foreign = s.other.new_changeset().await;
            Try::at([&s.home.id, &foreign]).body(json!({})).foreign(&foreign)
        }),
        case!(REJECT, "graph:write", 409, s => {
            Try::at([&s.home.id, &s.home.new_changeset().await]).body(json!({}))
        }),
        case!(REJECT, "graph:write", 404, s => {
            let foreign = s.other.new_changeset().await;
            Try::at([&s.home.id, &foreign]).body(json!({})).foreign(&foreign)
        }),
    ]
}
