//! Which tools there are.

use std::sync::LazyLock;

use crate::{ask, edit, read, tool::Tool};

/// All tools, in the order in which models are told of them.
static ALL: LazyLock<Vec<Tool>> = LazyLock::new(|| {
    vec![
        Tool::reads::<read::ReadGraph>(),
        Tool::reads::<read::Search>(),
        Tool::reads::<read::ReadNode>(),
        Tool::reads::<read::Compare>(),
        Tool::edits::<edit::CreateNode>(),
        Tool::edits::<edit::EditNode>(),
        Tool::edits::<edit::MoveNodes>(),
        Tool::edits::<edit::Connect>(),
        Tool::edits::<edit::Disconnect>(),
        Tool::edits::<edit::DeleteNodes>(),
        Tool::edits::<edit::LayOut>(),
        Tool::edits::<ask::Generate>(),
        Tool::edits::<ask::Summarise>(),
    ]
});

#[must_use]
pub fn all() -> &'static [Tool] {
    &ALL
}

#[must_use]
pub fn find(name: &str) -> Option<&'static Tool> {
    all().iter().find(|tool| tool.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kernel::Permission;

    use super::*;

    #[test]
    fn every_tool_has_a_name_of_its_own_a_description_and_a_strict_schema() {
        let names: HashSet<&str> = all().iter().map(|tool| tool.name).collect();
        assert_eq!(names.len(), all().len());
        for tool in all() {
            let schema = tool.schema();
            assert!(tool.description.len() > 40, "{}", tool.name);
            assert_eq!(schema["type"], "object", "{}", tool.name);
            assert_eq!(schema["additionalProperties"], false, "{}", tool.name);
            assert!(!schema.to_string().contains("$ref"), "{schema}");
            assert_eq!(find(tool.name).map(|found| found.name), Some(tool.name));
        }
    }

    #[test]
    fn tools_that_change_something_need_more_than_reading() {
        for tool in all() {
            let only_reads = tool.permissions == [Permission::GRAPH_READ];
            assert_eq!(only_reads, tool.read_only, "{}", tool.name);
        }
    }
}
