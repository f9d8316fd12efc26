//! Several instances on one Postgres and one Redis, as in production.

use std::collections::HashSet;

use kernel::Role;
use platform::bus::{Message, Subscription, Topic};
use serde_json::json;

use crate::kit::{
    Balancer, Client, FaultProxy, Faults, PASSWORD, Paths, Program, RedisServer, TestApp,
    on_postgres, patiently, until,
};

/// Redis, if it and Postgres are there.
async fn redis() -> Option<RedisServer> {
    if !on_postgres() {
        return None;
    }
    RedisServer::start().await
}

async fn until_joined(caller: &Client) {
    until("Redis joins the instances", async || {
        caller.page("/readyz").await.expect(200)["bus"] == "redis"
    })
    .await;
}

/// The shape of docker-compose.yml, from processes of this machine.
#[tokio::test]
async fn processes_behind_a_proxy_that_knows_no_sessions_are_one_server() {
    let Some(redis) = redis().await else {
        return;
    };
    let program = Program::new().await.joined(&redis.url());
    let serve = |data_dir| program.serve(&["serve", "--data-dir", data_dir]);
    let (mut first, mut second) = (serve("first"), serve("second"));
    let (_, at_first) = first.ready().await;
    let (_, at_second) = second.ready().await;
    until_joined(&at_first).await;
    until_joined(&at_second).await;
    let balancer = Balancer::before(vec![at_first.address(), at_second.address()]).await;
    let caller = balancer.anonymous();

    // One person, whose requests go to either.
    let body = json!({"email": "ada@example.org", "password": PASSWORD, "username": "ada"});
    let registered = caller.post("/auth/register?tokens=body", body).await;
    let mut ada = caller.logged_in(&registered.expect(201));
    let project = ada.create_project("Shared").await;
    for count in 1..=6 {
        ada.create_node(project, "Why?").await;
        // The other instance answers, and knows it.
        let graph = ada.get(&project.graph()).await.ok();
        assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(count));
        let refresh = json!({"refreshToken": ada.login["refreshToken"]});
        let refreshed = caller.post("/auth/refresh?tokens=body", refresh).await;
        ada = caller.logged_in(&refreshed.expect(200));
    }

    // What one instance is told the other one says, and a login on one is good on both.
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let login = at_first.post("/auth/login?tokens=body", body).await;
    let login = login.expect(200);
    let (ada_at_first, ada_at_second) = (at_first.logged_in(&login), at_second.logged_in(&login));
    let node = ada_at_first.create_node(project, "Told to the first").await;
    let path = project.node(node);
    assert_eq!(
        ada_at_second.get(&path).await.ok()["prompt"],
        "Told to the first"
    );
    ada_at_second.delete(&path).await.ok();
    ada_at_first.get(&path).await.problem(404, "not_found");

    let healthy = program.run(&["doctor"]).ok();
    assert!(healthy.contains("Redis: ok"), "{healthy}");

    // An instance that dies takes nobody with it.
    drop(first);
    ada.create_node(project, "Still here").await;
    ada.create_node(project, "Still here").await;
    assert_eq!(second.terminate(), Some(0));
    program.remove().await;
}

/// The numbers of the next commit that the bus speaks of.
async fn next_seqs(bus: &mut Subscription) -> Vec<i64> {
    loop {
        let heard = patiently("a message", bus.recv()).await;
        if let Message::Committed(committed) = heard.expect("nobody lags") {
            return committed.events.iter().map(|event| event.seq).collect();
        }
    }
}

async fn until_lost(bus: &mut Subscription) {
    loop {
        let heard = patiently("a message", bus.recv()).await;
        if matches!(heard, Ok(Message::Lost)) {
            return;
        }
    }
}

#[tokio::test]
async fn what_one_instance_commits_the_others_hear_in_order() {
    let Some(redis) = redis().await else {
        return;
    };
    let first = TestApp::with(|settings| settings.redis_url = Some(redis.url())).await;
    let second = first.beside().await;
    let (project, _, [editor]) = first.project([Role::Editor]).await;
    let mut bus = second.bus(Topic::Project(project)).await;
    until_lost(&mut bus).await;

    for _ in 0..20 {
        editor.create_node(project, "Why?").await;
    }

    let mut heard = Vec::new();
    while heard.len() < 20 {
        heard.extend(next_seqs(&mut bus).await);
    }
    let expected: Vec<i64> = (heard[0]..heard[0] + 20).collect();
    assert_eq!(heard, expected);
}

#[tokio::test]
async fn an_instance_behind_a_fault_proxy_hears_again_what_follows() {
    let Some(redis) = redis().await else {
        return;
    };
    let third = Faults {
        dropped: 333,
        doubled: 333,
        late: 333,
    };
    let fault_proxy = FaultProxy::before(redis.address(), third, 7).await;
    let first = TestApp::with(|settings| settings.redis_url = Some(redis.url())).await;
    let second = first
        .beside_with(|settings| settings.redis_url = Some(fault_proxy.url()))
        .await;
    let (project, owner, []) = first.project([]).await;
    let mut bus = second.bus(Topic::Project(project)).await;
    until_lost(&mut bus).await;

    let mut heard = HashSet::new();
    for _ in 0..30 {
        owner.create_node(project, "Why?").await;
    }
    fault_proxy.set_faults(Faults::default());
    let last = owner.create_node(project, "The last").await;
    let graph = owner.get(&project.graph()).await.ok();
    let last_seq = graph["seq"].as_i64().expect("a number");
    while !heard.contains(&last_seq) {
        heard.extend(next_seqs(&mut bus).await);
    }

    let [dropped, doubled, late] = fault_proxy.done();
    assert!(dropped > 0 && doubled > 0 && late > 0);
    assert!(heard.len() < 31);
    // Its readers lose nothing by that.
    let path = project.node(last);
    let elsewhere = second.anonymous().logged_in(&owner.login);
    assert_eq!(elsewhere.get(&path).await.ok()["prompt"], "The last");

    fault_proxy.cut();
    until("the instance notices", async || {
        second.anonymous().page("/readyz").await.expect(200)["status"] == "degraded"
    })
    .await;
    fault_proxy.heal();
    until_lost(&mut bus).await;
    owner.create_node(project, "Heard again").await;
    assert_eq!(next_seqs(&mut bus).await, [last_seq + 1]);
}
