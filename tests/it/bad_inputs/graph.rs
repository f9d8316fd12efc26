//! Nodes that are not there, and edges that must not be.

use serde_json::json;

use super::Desk;
use crate::kit::{Paths, text};

#[tokio::test]
async fn an_id_of_another_kind_or_of_something_deleted_is_404() {
    let desk = Desk::set().await;
    let (source, target) = (desk.node().await, desk.node().await);
    let edge = text(&desk.edge(&source, &target).await.expect(201)["id"]).to_owned();
    let deleted = desk.node().await;
    desk.owner
        .delete(&format!("{}/{deleted}", desk.nodes()))
        .await
        .expect(204);

    for path in [
        format!("{}/{edge}", desk.nodes()),
        format!("{}/{deleted}", desk.nodes()),
        format!("{}/{deleted}/ancestors", desk.nodes()),
        format!("{}/{}", desk.nodes(), desk.project),
        format!("{}/no-id", desk.nodes()),
        format!("{}/%00", desk.nodes()),
        format!("{}/{source}", desk.edges()),
        source.path(),
        "/projects/no-id/nodes".to_owned(),
    ] {
        desk.owner.get(&path).await.problem(404, "not_found");
    }
    desk.edge(&source, &deleted).await.problem(404, "not_found");
    desk.edge(&edge, &target).await.problem(404, "not_found");
}

#[tokio::test]
async fn an_edge_to_itself_is_422() {
    let desk = Desk::set().await;
    let node = desk.node().await;

    desk.edge(&node, &node).await.problem(422, "self_edge");
}

#[tokio::test]
async fn a_cycle_is_409_and_names_its_path() {
    let desk = Desk::set().await;
    let nodes = [desk.node().await, desk.node().await, desk.node().await];
    for pair in nodes.windows(2) {
        desk.edge(&pair[0], &pair[1]).await.expect(201);
    }

    let refused = desk.edge(&nodes[2], &nodes[0]).await.problem(409, "cycle");

    assert_eq!(refused["path"], json!(nodes));
}

#[tokio::test]
async fn of_two_edges_that_close_a_cycle_together_one_is_409() {
    let desk = Desk::set().await;

    for _ in 0..20 {
        let (one, other) = (desk.node().await, desk.node().await);
        let (there, back) = tokio::join!(desk.edge(&one, &other), desk.edge(&other, &one));

        let mut statuses = [there.status.as_u16(), back.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    }
}

#[tokio::test]
async fn an_edge_across_projects_is_404() {
    let desk = Desk::set().await;
    let node = desk.node().await;
    let elsewhere = desk.owner.create_project("Elsewhere").await;
    let foreign = desk
        .owner
        .create_node(elsewhere, "a node")
        .await
        .to_string();

    // The same person owns both.
    desk.edge(&node, &foreign).await.problem(404, "not_found");
    desk.edge(&foreign, &node).await.problem(404, "not_found");
}
