//! Nodes, edges and batches.

use serde_json::json;

use super::{
    case::{Case, Try, case},
    world::node,
};

pub(super) fn cases() -> Vec<Case> {
    [
        reading(),
        nodes(),
        edges(),
        batches(),
        batches_about_others(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn reading() -> Vec<Case> {
    vec![
        case!("GET /projects/{project_id}/graph", "graph:read", 200, s => Try::at([&s.home.id])),
        case!("GET /public/projects/{project_id}", "link", 200, s => Try::at([&s.home.id])),
        case!("GET /public/projects/{project_id}", "anonymous", 404, s => {
            Try::at([&s.home.trashed]).foreign(&s.home.trashed)
        }),
        case!("GET /projects/{project_id}/state-hash", "graph:read", 200, s => {
            Try::at([&s.home.id])
        }),
        case!("GET /projects/{project_id}/events", "graph:read", 200, s => {
            Try::at([&s.home.id]).query("?after=0&limit=200")
        }),
        case!("GET /projects/{project_id}/nodes", "graph:read", 200, s => Try::at([&s.home.id])),
        case!("GET /projects/{project_id}/nodes", "graph:read", 200, s => {
            Try::at([&s.home.id]).query("?trashed=true")
        }),
        case!("GET /projects/{project_id}/nodes", "graph:read", 200, s => {
            Try::at([&s.home.id]).query(&format!("?cursor={}", s.other.cursor))
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}", "graph:read", 200, s => {
            Try::at([&s.home.id, &s.home.node])
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}", "graph:read", 404, s => {
            Try::at([&s.home.id, &s.other.node]).foreign(&s.other.node)
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}", "graph:read", 404, s => {
            Try::at([&s.home.id, &s.home.edge]).foreign(&s.home.edge)
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}", "graph:read", 404, s => {
            Try::at([&s.home.id, &s.home.deleted_node]).foreign(&s.home.deleted_node)
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}/ancestors", "graph:read", 200, s => {
            Try::at([&s.home.id, &s.home.child]).query("?include=nodes")
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}/ancestors", "graph:read", 404, s => {
            Try::at([&s.home.id, &s.other.child]).query("?include=nodes").foreign(&s.other.child)
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}/thread", "graph:read", 200, s => {
            Try::at([&s.home.id, &s.home.child]).query("?limit=200")
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}/thread", "graph:read", 404, s => {
            Try::at([&s.home.id, &s.other.child]).foreign(&s.other.child)
        }),
        case!("POST /projects/{project_id}/nodes/{node_id}/read", "presence:write", 204, s => {
            Try::at([&s.home.id, &s.home.child])
        }),
        case!("POST /projects/{project_id}/nodes/{node_id}/read", "presence:write", 404, s => {
            Try::at([&s.home.id, &s.other.child]).foreign(&s.other.child)
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}/descendants", "graph:read", 200, s => {
            Try::at([&s.home.id, &s.home.node]).query("?include=nodes")
        }),
        case!("GET /projects/{project_id}/nodes/{node_id}/descendants", "graph:read", 404, s => {
            Try::at([&s.home.id, &s.other.node]).query("?include=nodes").foreign(&s.other.node)
        }),
        case!("GET /projects/{project_id}/edges", "graph:read", 200, s => Try::at([&s.home.id])),
        case!("GET /projects/{project_id}/edges/{edge_id}", "graph:read", 200, s => {
            Try::at([&s.home.id, &s.home.edge])
        }),
        case!("GET /projects/{project_id}/edges/{edge_id}", "graph:read", 404, s => {
            Try::at([&s.home.id, &s.other.edge]).foreign(&s.other.edge)
        }),
        case!("GET /projects/{project_id}/edges/{edge_id}", "graph:read", 404, s => {
            Try::at([&s.home.id, &s.home.node]).foreign(&s.home.node)
        }),
    ]
}

fn nodes() -> Vec<Case> {
    vec![
        case!("POST /projects/{project_id}/nodes", "graph:write", 201, s => {
            let mut body = node("new");
            body["parentIds"] = json!([s.home.node, s.home.child]);
            Try::at([&s.home.id]).body(body)
        }),
        case!("POST /projects/{project_id}/nodes", "graph:write", 404, s => {
            let mut body = node("new");
            body["parentIds"] = json!([s.home.node, s.other.node]);
            Try::at([&s.home.id]).body(body).foreign(&s.other.node)
        }),
        case!("PATCH /projects/{project_id}/nodes/{node_id}", "graph:write", 200, s => {
            let node = s.home.new_node().await;
            Try::at([&s.home.id, &node]).body(json!({"prompt": "newer"})).if_match()
        }),
        case!("PATCH /projects/{project_id}/nodes/{node_id}", "graph:write", 404, s => {
            let body = json!({"prompt": "newer", "position": {"x": 9, "y": 9}});
            Try::at([&s.home.id, &s.other.node]).body(body).if_match().foreign(&s.other.node)
        }),
        case!("DELETE /projects/{project_id}/nodes/{node_id}", "graph:delete", 204, s => {
            Try::at([&s.home.id, &s.home.new_node().await])
        }),
        case!("DELETE /projects/{project_id}/nodes/{node_id}", "graph:delete", 404, s => {
            Try::at([&s.home.id, &s.other.node]).foreign(&s.other.node)
        }),
        case!("DELETE /projects/{project_id}/nodes/{node_id}", "graph:delete", 404, s => {
            Try::at([&s.home.id, &s.home.edge]).foreign(&s.home.edge)
        }),
        case!("POST /projects/{project_id}/nodes/{node_id}/restore", "graph:write", 200, s => {
            Try::at([&s.home.id, &s.home.new_deleted_node().await])
        }),
        case!("POST /projects/{project_id}/nodes/{node_id}/restore", "graph:write", 404, s => {
            Try::at([&s.home.id, &s.other.deleted_node]).foreign(&s.other.deleted_node)
        }),
    ]
}

fn edges() -> Vec<Case> {
    vec![
        case!("POST /projects/{project_id}/edges", "graph:write", 201, s => {
            let ends = (s.home.new_node().await, s.home.new_node().await);
            Try::at([&s.home.id]).body(json!({"sourceId": ends.0, "targetId": ends.1}))
        }),
        case!("POST /projects/{project_id}/edges", "graph:write", 404, s => {
            let body = json!({"sourceId": s.home.node, "targetId": s.other.node});
            Try::at([&s.home.id]).body(body).foreign(&s.other.node)
        }),
        case!("POST /projects/{project_id}/edges", "graph:write", 404, s => {
            let body = json!({"sourceId": s.other.node, "targetId": s.home.node});
            Try::at([&s.home.id]).body(body).foreign(&s.other.node)
        }),
        // That the two are connected over there must not show.
        case!("POST /projects/{project_id}/edges", "graph:write", 404, s => {
            let body = json!({"sourceId": s.other.node, "targetId": s.other.child});
            Try::at([&s.home.id]).body(body).foreign(&s.other.node).foreign(&s.other.child)
        }),
        case!("PATCH /projects/{project_id}/edges/{edge_id}", "graph:write", 200, s => {
            let edge = s.home.new_edge().await;
            Try::at([&s.home.id, &edge]).body(json!({"policy": "SUMMARY"}))
        }),
        case!("PATCH /projects/{project_id}/edges/{edge_id}", "graph:write", 404, s => {
            let body = json!({"policy": "SUMMARY"});
            Try::at([&s.home.id, &s.other.edge]).body(body).foreign(&s.other.edge)
        }),
        case!("DELETE /projects/{project_id}/edges/{edge_id}", "graph:delete", 204, s => {
            Try::at([&s.home.id, &s.home.new_edge().await])
        }),
        case!("DELETE /projects/{project_id}/edges/{edge_id}", "graph:delete", 404, s => {
            Try::at([&s.home.id, &s.other.edge]).foreign(&s.other.edge)
        }),
    ]
}

const OPS: &str = "POST /projects/{project_id}/ops";

/// Moves an own node first, so that a refusal of the second operation must undo something.
macro_rules! mixed {
    ($need:expr, $then:expr, $foreign:ident, $s:ident => ($op:expr, $data:expr)) => {
        case!(OPS, $need, $then, $s => {
            let foreign = &$s.other.$foreign;
            let data = ($data)(foreign);
            let own = json!({"positions": [{"id": $s.home.node, "x": 77, "y": 77}]});
            let ops = json!({"ops": [{"op": "node.move", "data": own}, {"op": $op, "data": data}]});
            Try::at([&$s.home.id]).body(ops).foreign(foreign)
        })
    };
}

fn batches() -> Vec<Case> {
    vec![
        case!(OPS, "graph:write", 200, s => {
            let edge = s.home.new_edge().await;
            let ops = json!({"ops": [
                {"op": "node.create", "data": node("new")},
                {"op": "node.move", "data": {"positions": [{"id": s.home.node, "x": 5, "y": 5}]}},
                {"op": "edge.update", "data": {"id": edge, "policy": "EXCLUDE"}},
                {"op": "node.delete", "data": {"id": s.home.new_node().await}},
                {"op": "node.restore", "data": {"id": s.home.new_deleted_node().await}},
            ]});
            Try::at([&s.home.id]).body(ops)
        }),
        mixed!("graph:write", 404, node, s => ("node.update", |id: &str| {
            json!({"id": id, "position": {"x": 9, "y": 9}})
        })),
        mixed!("graph:write", 404, node, s => ("node.move", |id: &str| {
            json!({"positions": [{"id": s.home.child, "x": 9, "y": 9}, {"id": id, "x": 9, "y": 9}]})
        })),
        mixed!("graph:write", 404, node, s => ("node.delete", |id: &str| json!({"id": id}))),
        mixed!("graph:write", 404, deleted_node, s => ("node.restore", |id: &str| {
            json!({"id": id})
        })),
        mixed!("graph:write", 404, node, s => ("node.create", |id: &str| {
            json!({"prompt": "new", "position": {"x": 0, "y": 0}, "parentIds": [s.home.node, id]})
        })),
        mixed!("graph:write", 404, node, s => ("edge.create", |id: &str| {
            json!({"sourceId": s.home.node, "targetId": id})
        })),
        mixed!("graph:write", 404, edge, s => ("edge.update", |id: &str| {
            json!({"id": id, "policy": "EXCLUDE"})
        })),
        mixed!("graph:write", 404, edge, s => ("edge.delete", |id: &str| json!({"id": id}))),
        // An id that is taken elsewhere is free here, and nothing shows that it is taken.
        case!(OPS, "graph:write", 200, s => {
            let other = s.other.new_node().await;
            Try::at([&s.home.id]).body(json!({"ops": [
                {"op": "node.create", "data": node("new"), "id": other},
            ]}))
        }),
    ]
}

/// The same door, but each operation needs its own cell.
fn batches_about_others() -> Vec<Case> {
    vec![
        case!(OPS, "project:write", 200, s => {
            let data = json!({"viewport": {"x": 1, "y": 1, "zoom": 2}});
            Try::at([&s.home.id]).body(json!({"ops": [{"op": "project.update", "data": data}]}))
        }),
        case!(OPS, "members:write", 200, s => {
            let data = json!({"userId": s.world.person().await.user_id(), "role": "VIEWER"});
            Try::at([&s.home.id]).body(json!({"ops": [{"op": "member.add", "data": data}]}))
        }),
        case!(OPS, "members:write", 200, s => {
            let data = json!({"userId": s.world.person_in(s.home, "MEMBER").await, "role": "VIEWER"});
            Try::at([&s.home.id]).body(json!({"ops": [{"op": "member.update", "data": data}]}))
        }),
        case!(OPS, "members:delete", 200, s => {
            let data = json!({"userId": s.world.person_in(s.home, "MEMBER").await});
            Try::at([&s.home.id]).body(json!({"ops": [{"op": "member.remove", "data": data}]}))
        }),
        case!(OPS, "members:write", 404, s => {
            let data = json!({"userId": s.other.member_id, "role": "VIEWER"});
            let ops = json!({"ops": [{"op": "member.update", "data": data}]});
            Try::at([&s.home.id]).body(ops).foreign(&s.other.member_id)
        }),
        case!(OPS, "members:delete", 404, s => {
            let ops = json!({"ops": [{"op": "member.remove", "data": {"userId": s.other.member_id}}]});
            Try::at([&s.home.id]).body(ops).foreign(&s.other.member_id)
        }),
    ]
}
