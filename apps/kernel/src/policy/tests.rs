use super::*;

#[test]
fn every_resource_has_exactly_one_rule() {
    for rule in &TABLE {
        let same = TABLE
            .iter()
            .filter(|other| other.resource == rule.resource)
            .count();
        assert_eq!(same, 1, "{:?}", rule.resource);
    }
}

#[test]
fn a_stronger_role_never_sees_less() {
    for rule in &TABLE {
        let columns = [
            rule.public,
            rule.viewer,
            rule.member,
            rule.editor,
            rule.admin,
            rule.owner,
        ];
        for pair in columns.windows(2) {
            assert!(
                pair[0].chars().all(|letter| pair[1].contains(letter)),
                "{:?}: {pair:?}",
                rule.resource
            );
        }
    }
}

#[test]
fn whoever_runs_the_server_sees_into_no_project() {
    for rule in &TABLE {
        let sees = !rule.operator.is_empty();
        assert_eq!(
            sees,
            rule.resource == Resource::Server,
            "{:?}",
            rule.resource
        );
    }
    let anyone = Relation::Member(Role::Owner);
    let verdict = decide(anyone, Scopes::UNLIMITED, Permission::SERVER_READ);
    assert_eq!(verdict, Verdict::Hidden);
}

#[test]
fn a_stranger_learns_nothing_whatever_the_scope() {
    for rule in &TABLE {
        for action in Action::ALL {
            let permission = Permission::new(rule.resource, action);
            let verdict = decide(Relation::Stranger, Scopes::UNLIMITED, permission);
            assert_eq!(verdict, Verdict::Hidden);
        }
    }
}

#[test]
fn rights_are_the_cells_of_the_table_and_come_back_from_json() {
    let viewer = rights(Relation::Member(Role::Viewer), Scopes::UNLIMITED);
    let words: Vec<String> = viewer.iter().map(ToString::to_string).collect();
    assert!(words.contains(&"graph:read".to_owned()));
    assert!(!words.contains(&"graph:write".to_owned()));
    let json = serde_json::to_string(&viewer).unwrap();
    assert_eq!(
        serde_json::from_str::<Vec<Permission>>(&json).unwrap(),
        viewer
    );
    assert!(rights(Relation::Stranger, Scopes::UNLIMITED).is_empty());
    assert!(rights(Relation::Member(Role::Owner), Scopes::NONE).is_empty());
}

#[test]
fn nobody_grants_above_their_role_or_touches_their_equals_at_the_top() {
    for own in Role::ALL {
        assert!(!may_grant(own, Role::Owner));
        assert!(!may_change_member(own, Role::Owner));
        for other in Role::ALL {
            assert_eq!(may_grant(own, other), other <= own && other != Role::Owner);
        }
    }
    assert!(!may_change_member(Role::Admin, Role::Admin));
    assert!(may_change_member(Role::Owner, Role::Admin));
}

#[test]
fn a_token_needs_the_role_and_the_scope() {
    let owner = Relation::Member(Role::Owner);
    let graph: Scopes = [Scope::Graph].into_iter().collect();

    assert_eq!(
        decide(owner, graph, Permission::GRAPH_WRITE),
        Verdict::Allowed
    );
    assert_eq!(
        decide(owner, graph, Permission::MEMBERS_READ),
        Verdict::OutOfScope(Some(Scope::Members))
    );
    assert_eq!(
        decide(owner, graph, Permission::OWNERSHIP_WRITE),
        Verdict::OutOfScope(None)
    );
    assert_eq!(
        decide(
            Relation::Member(Role::Viewer),
            graph,
            Permission::GRAPH_WRITE
        ),
        Verdict::Forbidden
    );
}
