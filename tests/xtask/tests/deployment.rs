//! What is written for container engines, looked at where none runs.
#![expect(
    clippy::unwrap_used,
    reason = "a test may panic; clippy's own exception does not reach helper functions"
)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use yaml_rust2::{Yaml, YamlLoader};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(file: &str) -> String {
    let path = root().join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn composed() -> Yaml {
    YamlLoader::load_from_str(&text("docker-compose.yml"))
        .unwrap()
        .remove(0)
}

fn keys(of: &Yaml) -> Vec<&str> {
    let keys = of.as_hash().into_iter().flat_map(|hash| hash.keys());
    keys.map(|key| key.as_str().unwrap()).collect()
}

fn words(of: &Yaml) -> Vec<&str> {
    let items = of.as_vec().into_iter().flatten();
    items.map(|item| item.as_str().unwrap()).collect()
}

fn services(file: &Yaml) -> Vec<(&str, &Yaml)> {
    let names = keys(&file["services"]).into_iter();
    names.map(|name| (name, &file["services"][name])).collect()
}

#[test]
fn docker_compose_takes_the_file() {
    let compose = |arguments: &[&str]| -> std::io::Result<Output> {
        let mut command = Command::new("docker");
        command.arg("compose").args(arguments);
        command.current_dir(root()).output()
    };
    if !compose(&["version"]).is_ok_and(|said| said.status.success()) {
        eprintln!("not run: docker compose is not installed");
        return;
    }
    let said = compose(&["config", "--quiet"]).unwrap();
    assert!(said.status.success(), "{said:?}");
}

#[test]
fn two_instances_that_are_alike_stand_behind_a_proxy() {
    let file = composed();
    let services = services(&file);

    let names: Vec<_> = services.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        ["proxy", "nonlinear-1", "nonlinear-2", "postgres", "redis"]
    );
    assert_eq!(
        file["services"]["nonlinear-1"],
        file["services"]["nonlinear-2"]
    );
    for (name, service) in services {
        let ports = words(&service["ports"]);
        if name == "proxy" {
            assert_eq!(ports, ["${PUBLISH:-127.0.0.1:8080}:8080"]);
        } else {
            assert!(ports.is_empty(), "{name}");
        }
    }
    let proxy = text("docker/Caddyfile");
    assert!(proxy.contains("nonlinear-1:4000 nonlinear-2:4000"));
    assert!(text("Dockerfile").contains("NONLINEAR_LISTEN=0.0.0.0:4000"));
}

#[test]
fn services_come_back_have_bounds_and_may_do_little() {
    for (name, service) in services(&composed()) {
        assert_eq!(
            service["restart"].as_str(),
            Some("unless-stopped"),
            "{name}"
        );
        assert!(service["mem_limit"].as_str().is_some(), "{name}");
        assert!(service["pids_limit"].as_i64().is_some(), "{name}");
        let security = words(&service["security_opt"]);
        assert_eq!(security, ["no-new-privileges:true"], "{name}");
        // The image of Postgres begins as root, to take its folder over.
        if name != "postgres" {
            assert_eq!(service["read_only"].as_bool(), Some(true), "{name}");
            assert_eq!(words(&service["cap_drop"]), ["ALL"], "{name}");
        }
        // The instances' check is part of their image.
        let checked = !service["healthcheck"].is_badvalue();
        assert!(checked || name.starts_with("nonlinear-"), "{name}");
    }
    let dockerfile = text("Dockerfile");
    let (_, image) = dockerfile.rsplit_once("\nFROM ").unwrap();
    assert!(image.contains("\nUSER 65532:65532\n"));
    assert!(image.contains("\nHEALTHCHECK "));
}

#[test]
fn what_services_name_is_there() {
    let file = composed();
    let all = services(&file);
    let names: Vec<_> = all.iter().map(|(name, _)| *name).collect();
    for (name, service) in &all {
        for needed in keys(&service["depends_on"]) {
            assert!(names.contains(&needed), "{name} needs {needed}");
        }
        for kind in ["networks", "secrets"] {
            for used in words(&service[kind]) {
                assert!(keys(&file[kind]).contains(&used), "{name} uses {used}");
            }
        }
        for volume in words(&service["volumes"]) {
            let (source, _) = volume.split_once(':').unwrap();
            let there = if source.starts_with('.') {
                root().join(source).exists()
            } else {
                keys(&file["volumes"]).contains(&source)
            };
            assert!(there, "{name} mounts {source}");
        }
    }
}

#[test]
fn secrets_come_from_files_that_stay_out_of_images_and_the_repository() {
    let file = composed();
    for (name, service) in services(&file) {
        for variable in keys(&service["environment"]) {
            let value = service["environment"][variable].as_str().unwrap();
            if ["PASSWORD", "DATABASE_URL", "API_KEY", "SMTP_URL"]
                .iter()
                .any(|word| variable.contains(word))
            {
                let secret = value.strip_prefix("/run/secrets/").unwrap();
                assert!(variable.ends_with("_FILE"), "{name}: {variable}");
                assert!(words(&service["secrets"]).contains(&secret), "{name}");
            }
        }
    }
    for secret in keys(&file["secrets"]) {
        let path = file["secrets"][secret]["file"].as_str();
        assert_eq!(path, Some(format!("./secrets/{secret}").as_str()));
    }
    assert!(text(".dockerignore").lines().any(|line| line == "secrets"));
    assert!(text(".gitignore").lines().any(|line| line == "/secrets"));
}

#[test]
fn secrets_are_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("docker/make-secrets.sh");
    fs::create_dir(folder.path().join("docker")).unwrap();
    for file in ["docker/make-secrets.sh", "docker/redis.acl"] {
        fs::copy(root().join(file), folder.path().join(file)).unwrap();
    }
    let make = || {
        assert!(Command::new("sh").arg(&script).status().unwrap().success());
        let read = |name: &str| {
            let secret = folder.path().join("secrets").join(name);
            fs::read_to_string(secret).unwrap()
        };
        let names = [
            "database_password",
            "database_url",
            "redis_password",
            "redis_url",
        ];
        (names.map(read), read("redis_acl"), read("openai_api_key"))
    };

    let first = make();

    let ([password, url, redis_password, redis_url], acl, key) = &first;
    let (password, redis_password) = (password.trim(), redis_password.trim());
    assert_eq!(password.len(), 32);
    assert_ne!(password, redis_password);
    assert_eq!(
        url.trim(),
        format!("postgres://nonlinear_server:{password}@postgres/nonlinear")
    );
    let with_password = format!("redis://nonlinear:{redis_password}@redis:6379/0");
    assert_eq!(redis_url.trim(), with_password);
    assert!(acl.contains(&format!("user nonlinear on >{redis_password} ")));
    assert_eq!(key, "");
    assert_eq!(make(), first);
    let mode = fs::metadata(folder.path().join("secrets")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o700);
    for secret in keys(&composed()["secrets"]) {
        assert!(folder.path().join("secrets").join(secret).exists());
    }
}
