//! What conversations are called: by the nearest title on their branch, else by how their first question begins.

use std::collections::HashMap;

use kernel::{NodeId, ProjectId, Result};
use platform::db;
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

/// So far up a branch its title and its beginning are looked for.
const LOOKED_UP_MAX: usize = 200;
const TITLE_CHARS_MAX: usize = 120;

/// The way up from each node, by the parent that was connected first.
const UPWARDS: &str = "WITH RECURSIVE up(leaf, node, above) AS ( \
    SELECT id, id, 0 FROM nodes WHERE project_id = $1 AND id IN ({ids}) \
    UNION ALL \
    SELECT up.leaf, (SELECT e.source_id FROM edges e JOIN nodes p ON p.project_id = e.project_id \
        AND p.id = e.source_id AND p.deleted_at IS NULL \
        WHERE e.project_id = $1 AND e.target_id = up.node ORDER BY e.id LIMIT 1), up.above + 1 \
    FROM up WHERE up.node IS NOT NULL AND up.above < {max}) \
    SELECT up.leaf, n.title, substr(n.prompt, 1, 200) FROM up \
    JOIN nodes n ON n.project_id = $1 AND n.id = up.node ORDER BY up.above";

/// The titles of branches of one project, by their last nodes.
pub(super) async fn titles(
    connection: &impl ConnectionTrait,
    project: ProjectId,
    leaves: &[NodeId],
) -> Result<HashMap<NodeId, String>> {
    if leaves.is_empty() {
        return Ok(HashMap::new());
    }
    let places = (2..leaves.len() + 2).map(|place| format!("${place}"));
    let sql = UPWARDS
        .replace("{ids}", &places.collect::<Vec<_>>().join(", "))
        .replace("{max}", &LOOKED_UP_MAX.to_string());
    let mut values: Vec<sea_orm::Value> = vec![project.uuid().into()];
    values.extend(leaves.iter().map(|leaf| leaf.uuid().into()));
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    let rows = connection.query_all_raw(statement).await.map_err(db)?;
    let mut found: HashMap<NodeId, Found> = HashMap::new();
    for row in rows {
        let leaf: Uuid = row.try_get_by_index(0).map_err(db)?;
        let title: Option<String> = row.try_get_by_index(1).map_err(db)?;
        let beginning: String = row.try_get_by_index(2).map_err(db)?;
        let found = found.entry(leaf.into()).or_default();
        found.title = found.title.take().or(title);
        // The highest that says something comes last.
        if !beginning.trim().is_empty() {
            found.beginning = beginning;
        }
    }
    let titles = found.into_iter();
    Ok(titles.map(|(leaf, found)| (leaf, found.title())).collect())
}

#[derive(Default)]
struct Found {
    title: Option<String>,
    beginning: String,
}

impl Found {
    fn title(self) -> String {
        self.title.unwrap_or_else(|| one_line(&self.beginning))
    }
}

/// The beginning of a text, on one line.
pub(super) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(TITLE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or(&line).trim_end()),
        None => line,
    }
}
