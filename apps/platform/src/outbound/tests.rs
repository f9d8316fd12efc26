use super::*;

fn judge() -> Judge {
    Judge::new(Vec::new())
}

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

#[test]
fn only_what_everybody_can_reach_is_public() {
    for private in [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.168.1.1",
        "198.19.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "2001:0:1::1",
        "2001:db8::1",
        "2002:a00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "ff02::1",
    ] {
        assert!(!judge().allows(private.parse().unwrap()), "{private}");
    }
    for public in [
        "1.1.1.1",
        "172.15.0.1",
        "172.32.0.1",
        "93.184.215.14",
        "2606:4700::1111",
        "2a00:1450::1",
        "::ffff:1.1.1.1",
    ] {
        assert!(judge().allows(public.parse().unwrap()), "{public}");
    }
}

#[test]
fn a_network_of_ones_own_is_allowed_by_name_and_nothing_beside_it() {
    let judge = Judge::new(vec!["10.1.0.0/16".parse().unwrap()]);
    assert!(judge.allows("10.1.2.3".parse().unwrap()));
    assert!(judge.allows("::ffff:10.1.2.3".parse().unwrap()));
    assert!(!judge.allows("10.2.0.1".parse().unwrap()));
    assert!(!judge.allows("127.0.0.1".parse().unwrap()));
}

#[test]
fn an_address_in_any_writing_is_judged_before_it_is_asked() {
    for refused in [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://example.org:22/",
        "http://example.org:25/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://me:secret@example.org/",
        "http://me@example.org/",
    ] {
        assert_eq!(
            judge().url(&url(refused)),
            Err(Failure::Refused),
            "{refused}"
        );
    }
    for fine in ["http://example.org/", "https://example.org:8443/a?b=c"] {
        assert_eq!(judge().url(&url(fine)), Ok(()), "{fine}");
    }
}

/// What a name leads to, when these are its addresses.
async fn resolved(addresses: &[&str]) -> Result<Vec<SocketAddr>, bool> {
    let found: Vec<SocketAddr> = addresses
        .iter()
        .map(|address| SocketAddr::new(address.parse().unwrap(), 0))
        .collect();
    let resolver = Judging {
        judge: judge(),
        look_up: Arc::new(move |_| {
            let found = found.clone();
            Box::pin(async move { Ok(found) })
        }),
    };
    let name = "harmless.example".parse().unwrap();
    match resolver.resolve(name).await {
        Ok(addresses) => Ok(addresses.collect()),
        Err(error) => Err(error.is::<NotPublic>()),
    }
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_even_beside_a_public_one_leads_nowhere() {
    assert_eq!(resolved(&["10.0.0.1"]).await, Err(true));
    assert_eq!(resolved(&["1.1.1.1", "127.0.0.1"]).await, Err(true));
    assert_eq!(resolved(&["1.1.1.1", "fd00::1"]).await, Err(true));
    let public = resolved(&["1.1.1.1", "2606:4700::1111"]).await.unwrap();
    assert_eq!(public.len(), 2);
}

#[tokio::test]
async fn a_refusal_is_told_from_a_server_that_is_not_there() {
    let settings = LinkSettings::default();
    let outbound = Outbound::new(&settings).unwrap();
    let got = outbound.get(url("http://localhost:8080/"), 10).await;
    assert_eq!(got.unwrap_err(), Failure::Refused);
    let got = outbound.get(url("http://10.0.0.1:8080/"), 10).await;
    assert_eq!(got.unwrap_err(), Failure::Refused);
}

#[test]
fn something_is_sent_over_tls_alone_but_to_networks_of_ones_own() {
    let settings = PushSettings {
        private_networks: "10.1.0.0/16".to_owned(),
        ..PushSettings::default()
    };
    let outbound = Outbound::for_push(&settings).unwrap();
    for fine in ["https://push.example.org/a", "http://10.1.2.3:8080/a"] {
        assert_eq!(outbound.may_post(&url(fine)), Ok(()), "{fine}");
    }
    for refused in [
        "http://push.example.org/a",
        "http://1.1.1.1/a",
        "https://10.2.0.1/a",
        "https://127.0.0.1:8080/a",
        "https://me:secret@push.example.org/a",
    ] {
        let judged = outbound.may_post(&url(refused));
        assert_eq!(judged, Err(Failure::Refused), "{refused}");
    }
}
