//! Files: adding, looking, attaching, taking away.

use serde_json::json;

use super::case::{Case, Try, case};
use crate::kit::files::{form, form_type, tus_metadata};

pub(super) fn cases() -> Vec<Case> {
    [looking(), adding(), in_parts(), attaching()]
        .into_iter()
        .flatten()
        .collect()
}

fn looking() -> Vec<Case> {
    vec![
        case!("GET /media", "media:read", 200, s => {
            Try::at([]).query(&format!("?projectId={}", s.home.id)).foreign(&s.home.id)
        }),
        case!("GET /media/{media_id}", "media:read", 200, s => {
            Try::at([&s.home.file]).foreign(&s.home.file)
        }),
        case!("GET /media/{media_id}/content", "media:read", 200, s => {
            Try::at([&s.home.file]).foreign(&s.home.file)
        }),
        case!("GET /media/{media_id}/content", "address", 200, s => {
            Try::at([&s.home.picture]).query(&s.home.address().await)
        }),
        // An address is that of one file.
        case!("GET /media/{media_id}/content", "address", 400, s => {
            Try::at([&s.home.file]).query(&s.home.address().await)
        }),
        case!("GET /media/{media_id}/content", "address", 400, s => {
            Try::at([&s.home.picture]).query(&s.other.address().await)
        }),
        case!("GET /media/{media_id}/thumbnail", "media:read", 200, s => {
            Try::at([&s.home.picture]).foreign(&s.home.picture)
        }),
        case!("GET /media/{media_id}/thumbnail", "address", 200, s => {
            Try::at([&s.home.picture]).query(&s.home.address().await)
        }),
        case!("GET /media/{media_id}/thumbnail", "address", 400, s => {
            Try::at([&s.home.picture]).query(&s.other.address().await)
        }),
        // A text has no small picture.
        case!("GET /media/{media_id}/thumbnail", "media:read", 404, s => Try::at([&s.home.file])),
        case!("GET /media/{media_id}/pages", "media:read", 200, s => {
            Try::at([&s.home.file]).foreign(&s.home.file)
        }),
        case!("POST /media/{media_id}/address", "session+media:read", 200, s => {
            Try::at([&s.home.file]).foreign(&s.home.file)
        }),
    ]
}

fn adding() -> Vec<Case> {
    vec![
        case!("POST /media", "media:write", 201, s => {
            let form = form(&[("projectId", &s.home.id)], "new.txt", b"new");
            Try::at([]).header("content-type", form_type()).bytes(form).foreign(&s.home.id)
        }),
        case!("POST /media", "media:write", 404, s => {
            let fields = [("projectId", s.home.id.as_str()), ("nodeId", &s.other.node)];
            Try::at([])
                .header("content-type", form_type())
                .bytes(form(&fields, "new.txt", b"new"))
                .foreign(&s.other.node)
        }),
        case!("POST /media", "media:write", 201, s => {
            let link = json!({"projectId": s.home.id, "url": "http://192.0.2.1/"});
            Try::at([]).body(link).foreign(&s.home.id)
        }),
        case!("POST /media", "media:write", 404, s => {
            let link = json!({
                "projectId": s.home.id, "url": "http://192.0.2.1/", "nodeId": s.other.node,
            });
            Try::at([]).body(link).foreign(&s.other.node)
        }),
        // It is no link.
        case!("POST /media/{media_id}/refresh", "media:write", 409, s => {
            Try::at([&s.home.file]).foreign(&s.home.file)
        }),
        case!("PATCH /media/{media_id}", "media:write", 200, s => {
            Try::at([&s.home.file]).body(json!({"alt": "Rain"})).foreign(&s.home.file)
        }),
        case!("DELETE /media/{media_id}", "media:delete", 204, s => {
            Try::at([&s.home.new_file().await])
        }),
    ]
}

fn in_parts() -> Vec<Case> {
    vec![
        case!("POST /media/uploads", "media:write", 201, s => {
            Try::at([])
                .header("tus-resumable", "1.0.0")
                .header("upload-length", "3")
                .header("upload-metadata", tus_metadata(&s.home.id, "new.txt"))
                .bytes("")
        }),
        case!("OPTIONS /media/uploads", "anonymous", 204, _ => Try::at([])),
        case!("HEAD /media/uploads/{upload_id}", "media:write", 204, s => {
            Try::at([&s.home.upload]).header("tus-resumable", "1.0.0")
        }),
        case!("PATCH /media/uploads/{upload_id}", "media:write", 204, s => {
            Try::at([&s.home.new_upload().await])
                .header("tus-resumable", "1.0.0")
                .header("upload-offset", "0")
                .header("content-type", "application/offset+octet-stream")
                .bytes("new")
        }),
        case!("DELETE /media/uploads/{upload_id}", "media:write", 204, s => {
            Try::at([&s.home.new_upload().await]).header("tus-resumable", "1.0.0")
        }),
    ]
}

fn attaching() -> Vec<Case> {
    const ATTACH: &str = "POST /projects/{project_id}/nodes/{node_id}/attachments";
    const DETACH: &str = "DELETE /projects/{project_id}/nodes/{node_id}/attachments/{media_id}";
    const ATTACHING: &str = "graph:write+graph:read+media:read";
    const OPS: &str = "POST /projects/{project_id}/ops";
    vec![
        case!(ATTACH, ATTACHING, 200, s => {
            Try::at([&s.home.id, &s.home.new_node().await]).body(json!({"mediaId": s.home.file}))
        }),
        case!(ATTACH, ATTACHING, 404, s => {
            Try::at([&s.home.id, &s.home.new_node().await])
                .body(json!({"mediaId": s.other.file}))
                .foreign(&s.other.file)
        }),
        case!(DETACH, "graph:write", 204, s => {
            Try::at([&s.home.id, &s.home.new_node().await, &s.home.file])
        }),
        case!(OPS, "graph:write+media:read", 200, s => {
            let data = json!({"id": s.home.new_node().await, "mediaId": s.home.file});
            Try::at([&s.home.id]).body(json!({"ops": [{"op": "node.attach", "data": data}]}))
        }),
        case!(OPS, "graph:write", 200, s => {
            let data = json!({"id": s.home.new_node().await, "mediaId": s.home.file});
            Try::at([&s.home.id]).body(json!({"ops": [{"op": "node.detach", "data": data}]}))
        }),
    ]
}
