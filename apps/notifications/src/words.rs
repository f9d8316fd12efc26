//! What notifications say, in two languages, from the names and texts in `data`.

use protocol::notifications::NotificationType as Type;
use serde_json::Value;

/// So much of a text is shown.
const EXCERPT_CHARS: usize = 140;

/// The beginning of a text, on one line.
pub(crate) fn excerpt(text: &str) -> String {
    let line = one_line(text);
    if line.chars().count() <= EXCERPT_CHARS {
        return line;
    }
    let cut: String = line.chars().take(EXCERPT_CHARS).collect();
    format!("{}…", cut.trim_end())
}

/// Names may hold what would begin a header of its own in a mail.
pub(crate) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// The same with one word more.
pub(crate) fn with(data: Value, name: &str, value: Value) -> Value {
    let mut data = data;
    if let Value::Object(words) = &mut data {
        words.insert(name.to_owned(), value);
    }
    data
}

/// Title and message.
pub(crate) fn of(kind: Type, data: &Value, french: bool) -> (String, String) {
    let word = |name: &str| one_line(data[name].as_str().unwrap_or_default());
    let (by, project, text) = (word("by"), word("project"), word("text"));
    let (agent, percent) = (word("agent"), &data["percent"]);
    let title = match (kind, french) {
        (Type::ProjectInvite, false) => format!("{by} invites you to {project}"),
        (Type::ProjectInvite, true) => format!("{by} vous invite dans {project}"),
        (Type::ProjectShare, false) => format!("{by} added you to {project}"),
        (Type::ProjectShare, true) => format!("{by} vous a ajouté à {project}"),
        (Type::NodeGenerated, false) => format!("An answer is there in {project}"),
        (Type::NodeGenerated, true) => format!("Une réponse est arrivée dans {project}"),
        (Type::NodeError, false) => format!("An answer failed in {project}"),
        (Type::NodeError, true) => format!("Une réponse a échoué dans {project}"),
        (Type::AgentCompleted, false) => format!("{agent} is done in {project}"),
        (Type::AgentCompleted, true) => format!("{agent} a terminé dans {project}"),
        (Type::AgentFailed, false) => format!("{agent} failed in {project}"),
        (Type::AgentFailed, true) => format!("{agent} a échoué dans {project}"),
        (Type::CollaborationJoined, false) => format!("{by} joined {project}"),
        (Type::CollaborationJoined, true) => format!("{by} a rejoint {project}"),
        (Type::CollaborationLeft, false) => format!("{by} left {project}"),
        (Type::CollaborationLeft, true) => format!("{by} a quitté {project}"),
        (Type::System, false) => format!("{by} owns {project} now"),
        (Type::System, true) => format!("{project} appartient maintenant à {by}"),
        (Type::Mention, false) => format!("{by} mentioned you in {project}"),
        (Type::Mention, true) => format!("{by} vous a mentionné dans {project}"),
        (Type::Budget, false) => format!("{percent}% of a budget of {project} is used"),
        (Type::Budget, true) => format!("{percent} % d'un budget de {project} est utilisé"),
        (Type::TaskWaiting, false) => format!("{agent} has a question in {project}"),
        (Type::TaskWaiting, true) => format!("{agent} a une question dans {project}"),
        (Type::InviteAccepted, false) => format!("{by} accepted your invitation to {project}"),
        (Type::InviteAccepted, true) => format!("{by} a accepté votre invitation dans {project}"),
    };
    (title, text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_type_says_something_in_both_languages_and_on_one_line() {
        let data = json!({
            "by": "Ada\r\nBcc: all@example.org", "project": "Book\nshop", "agent": "Critic",
            "text": "a\tb", "percent": 80,
        });
        for kind in Type::ALL {
            let (english, text) = of(kind, &data, false);
            let (french, _) = of(kind, &data, true);
            assert_ne!(english, french);
            assert_eq!(text, "a b");
            for title in [english, french] {
                assert!(title.contains("Book shop"), "{title}");
                assert!(!title.contains(['\r', '\n']), "{title}");
            }
        }
    }

    #[test]
    fn an_excerpt_is_short_and_whole_letters() {
        assert_eq!(excerpt(" a \n\n b "), "a b");
        let long = excerpt(&"ä".repeat(1_000));
        assert_eq!(long.chars().count(), EXCERPT_CHARS + 1);
    }
}
