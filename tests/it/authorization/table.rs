//! The product's table of who may do what, written down a second time and read by other code.

/// The columns: owner, admin, editor, member, viewer, readers of a public project; then the scope
/// that a token needs.
const TABLE: &str = "
    project        RW   RW   R    R   R   R  project
    ownership      W    -    -    -   -   -  none
    system-prompt  RW   RW   R    -   -   -  project
    provider-credentials W W - - - - none
    members        RWD  RWD  R    R   R   -  members
    graph          RWD  RWD  RWD  R   R   R  graph
    comments       RWD  RWD  RWD  RW  R   -  graph
    runs           X    X    X    -   -   -  run
    costs          R    R    R    -   -   -  run
    media          RWD  RWD  RWD  R   R   R  media
    agents         RWD  RWD  R    -   -   -  agent
    oversight      RWD  RWD  -    -   -   -  audit
    server         -    -    -    -   -   -  none
    presence       RW   RW   RW   RW  RW  -  none
    trash          W    -    -    -   -   -  none
    nothing        -    -    -    -   -   -  none
";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Owner,
    Admin,
    Editor,
    Member,
    Viewer,
}

/// By what somebody says who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Credential {
    Nothing,
    Session,
    /// An API token with these scopes.
    Token(Vec<&'static str>),
    /// A token that was good once.
    Dead,
}

/// From the softest to the hardest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Allowed,
    /// 401
    Unauthenticated,
    /// 403
    Forbidden,
    /// 404
    Hidden,
}

/// What somebody with this role in a project, or none, must hear when they do what needs `need`:
/// a cell of the table such as `graph:write`, or `anonymous`, `link`, `address`, `caller`, `session`,
/// `scope:project`.
pub(super) fn verdict(
    role: Option<Role>,
    is_public: bool,
    credential: &Credential,
    need: &str,
) -> Verdict {
    use Credential::{Dead, Nothing, Session, Token};
    match (need, credential) {
        ("anonymous", _) => Verdict::Allowed,
        // The link to a public project is good for everybody, and that to another for nobody.
        ("link", _) if is_public => Verdict::Allowed,
        ("link", _) => Verdict::Hidden,
        (_, Dead) => Verdict::Unauthenticated,
        // Whoever has a signed address comes as who made it.
        ("address", _) => Verdict::Allowed,
        ("caller", Session | Token(_)) | ("session", Session) => Verdict::Allowed,
        ("session", Token(_)) => Verdict::Forbidden,
        ("caller" | "session", Nothing) => Verdict::Unauthenticated,
        (need, credential) if need.starts_with("scope:") => match credential {
            Session => Verdict::Allowed,
            Token(scopes) if scopes.iter().any(|scope| need == format!("scope:{scope}")) => {
                Verdict::Allowed
            }
            Token(_) => Verdict::Forbidden,
            Nothing | Dead => Verdict::Unauthenticated,
        },
        (cells, _) => {
            // What needs several cells is as hard as the hardest.
            let verdicts = cells.split('+').map(|cell| {
                if cell == "caller" {
                    return if *credential == Nothing {
                        Verdict::Unauthenticated
                    } else {
                        Verdict::Allowed
                    };
                }
                if cell == "session" {
                    return match credential {
                        Session => Verdict::Allowed,
                        Token(_) => Verdict::Forbidden,
                        Nothing | Dead => Verdict::Unauthenticated,
                    };
                }
                let (resource, action) = cell.split_once(':').expect("a cell of the table");
                in_project(role, is_public, credential, resource, action)
            });
            let hardest = verdicts.max().expect("a cell of the table");
            match (credential, hardest) {
                (_, Verdict::Allowed) => Verdict::Allowed,
                (Nothing, _) => Verdict::Unauthenticated,
                (_, refused) => refused,
            }
        }
    }
}

fn in_project(
    role: Option<Role>,
    is_public: bool,
    credential: &Credential,
    resource: &str,
    action: &str,
) -> Verdict {
    let row = TABLE
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .find(|row| row.first() == Some(&resource))
        .expect("a row of the table");
    let letter = match action {
        "read" => 'R',
        "write" => 'W',
        "delete" => 'D',
        "run" => 'X',
        other => panic!("nobody can {other}"),
    };
    let cell = match role {
        Some(Role::Owner) => row[1],
        Some(Role::Admin) => row[2],
        Some(Role::Editor) => row[3],
        Some(Role::Member) => row[4],
        Some(Role::Viewer) => row[5],
        None if is_public => row[6],
        None => return Verdict::Hidden,
    };
    // Whoever can read a project knows that somebody owns it, that its nodes can be run and that
    // people look at it, but not who they are.
    let is_known =
        ["ownership", "runs"].contains(&resource) || (resource == "presence" && letter == 'W');
    if cell == "-" && !is_known {
        return Verdict::Hidden;
    }
    match credential {
        _ if !cell.contains(letter) => Verdict::Forbidden,
        Credential::Token(scopes) if !scopes.contains(&row[7]) => Verdict::Forbidden,
        Credential::Token(_) | Credential::Session | Credential::Nothing | Credential::Dead => {
            Verdict::Allowed
        }
    }
}
