//! Records as a table of text, for programs that calculate with tables.

use protocol::audit::{AuditActor, AuditRecord};
use serde_json::Value;

/// What a program that opens the table takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
const END_OF_LINE: &str = "\r\n";

pub(crate) const HEADER: &str = "id,at,action,severity,tags,actorKind,actorId,actorName,actorEmail,subject,\
    subjectId,projectId,seq,oldValues,newValues,detail,requestId,sessionId,tokenId,taskId,address,\
    userAgent\r\n";

/// One record as one line.
pub(crate) fn line(record: AuditRecord) -> String {
    let AuditRecord {
        id,
        at,
        action,
        severity,
        tags,
        actor:
            AuditActor {
                kind,
                id: actor_id,
                name,
                email,
            },
        subject,
        subject_id,
        project_id,
        seq,
        old_values,
        new_values,
        detail,
        request_id,
        session_id,
        token_id,
        task_id,
        address,
        user_agent,
    } = record;
    let cells = [
        id.to_string(),
        at.to_string(),
        action,
        word(serde_json::to_value(severity)),
        tags.join(" "),
        word(serde_json::to_value(kind)),
        shown(actor_id),
        shown(name),
        shown(email),
        subject,
        shown(subject_id),
        shown(project_id),
        shown(seq),
        shown(old_values),
        shown(new_values),
        shown(detail),
        shown(request_id),
        shown(session_id),
        shown(token_id),
        shown(task_id),
        shown(address),
        shown(user_agent),
    ];
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}{END_OF_LINE}", cells.join(","))
}

fn word(value: serde_json::Result<Value>) -> String {
    value
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn shown(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// A cell that is text, whatever it says: what would begin a formula stands after an apostrophe.
fn cell(text: &str) -> String {
    let apostrophe = if text.starts_with(FORMULA) { "'" } else { "" };
    let is_plain = !text.contains([',', '"', '\n', '\r']) && apostrophe.is_empty();
    if is_plain {
        return text.to_owned();
    }
    format!("\"{apostrophe}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_begins_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            let cell = cell(text);
            assert!(cell.starts_with("\"'"), "{cell}");
        }
        assert_eq!(cell("a=1"), "a=1");
    }

    #[test]
    fn what_separates_cells_and_lines_stands_between_quotes() {
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("say \"hi\"\nbye"), "\"say \"\"hi\"\"\nbye\"");
    }
}
