//! Builds the browser's program when npm is there, and writes down what came of it for `lib.rs`.
//! A binary can be built without it: then its page says how to get it.

use std::{
    collections::BTreeMap,
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    process::Command,
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What the program is made of.
const SOURCES: [&str; 6] = [
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
];
const NODE_MIN: (u32, u32) = (20, 19);

fn main() -> Result<()> {
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    println!("cargo::rerun-if-env-changed=PATH");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    let built = out.join("dist");
    if built.exists() {
        fs::remove_dir_all(&built)?;
    }
    let missing = build(Path::new("."), &built)?;
    if let Some(why) = &missing {
        println!("cargo::warning=built without the browser's program: {why}");
    }
    let assets = if built.exists() {
        files(&built)?
    } else {
        BTreeMap::new()
    };
    fs::write(
        out.join("assets.rs"),
        listing(&assets, missing.as_deref().unwrap_or_default())?,
    )?;
    Ok(())
}

/// Says why it cannot, if it cannot. Sources that do not build are an error.
fn build(package: &Path, to: &Path) -> Result<Option<String>> {
    let Some(version) = node_version() else {
        return Ok(Some("Node.js and npm were not found".to_owned()));
    };
    let (major, minor) = NODE_MIN;
    if version < NODE_MIN || !runs(Command::new("npm").arg("--version")) {
        return Ok(Some(format!(
            "Node.js {major}.{minor} or newer with npm is needed"
        )));
    }
    if !is_installed(package) && !runs(Command::new("npm").arg("ci").current_dir(package)) {
        return Ok(Some(
            "npm ci did not succeed; run it in apps/web to see why".to_owned(),
        ));
    }
    let vite = package.join("node_modules/vite/bin/vite.js");
    let output = Command::new("node")
        .arg(vite)
        .args(["build", "--logLevel", "error", "--emptyOutDir", "--outDir"])
        .arg(to)
        .current_dir(package)
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("the browser's program does not build:\n{said}").into());
    }
    Ok(None)
}

fn node_version() -> Option<(u32, u32)> {
    let output = Command::new("node").arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut numbers = text.trim().trim_start_matches('v').split('.');
    let mut next = || numbers.next()?.parse().ok();
    Some((next()?, next()?))
}

fn runs(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// npm leaves a copy of the lock file beside what it installed from it.
fn is_installed(package: &Path) -> bool {
    let modified = |file: &str| fs::metadata(package.join(file)).and_then(|file| file.modified());
    match (
        modified("node_modules/.package-lock.json"),
        modified("package-lock.json"),
    ) {
        (Ok(installed), Ok(locked)) => installed >= locked,
        _ => false,
    }
}

/// Every file below a folder, by its path from there.
fn files(folder: &Path) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                found.insert(name.to_string_lossy().replace('\\', "/"), path.clone());
            }
        }
    }
    Ok(found)
}

/// The table of assets in Rust, sorted by path.
fn listing(files: &BTreeMap<String, PathBuf>, missing: &str) -> Result<String> {
    let mut entries = String::new();
    for (name, path) in files {
        if name.ends_with(".br") {
            continue;
        }
        let brotli = match files.get(&format!("{name}.br")) {
            Some(compressed) => format!("Some(include_bytes!({compressed:?}))"),
            None => "None".to_owned(),
        };
        let kind = content_type(name).ok_or_else(|| format!("what kind of file is {name}?"))?;
        let tag = tag(&fs::read(path)?);
        entries.push_str(&format!(
            "    Asset {{ path: {name:?}, content_type: {kind:?}, bytes: include_bytes!({path:?}), \
             brotli: {brotli}, tag: {tag:?} }},\n"
        ));
    }
    Ok(format!(
        "static ASSETS: &[Asset] = &[\n{entries}];\nconst MISSING: &str = {missing:?};\n"
    ))
}

fn content_type(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

fn tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}
