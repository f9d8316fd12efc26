//! The browser's program as the build made it, inside the binary.

/// A file of the program.
#[derive(Debug)]
pub struct Asset {
    /// Where it is served, without the slash at the front.
    pub path: &'static str,
    pub content_type: &'static str,
    pub bytes: &'static [u8],
    /// The same in brotli, where that is smaller.
    pub brotli: Option<&'static [u8]>,
    /// Changes with the bytes.
    pub tag: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The page that every address of the program begins with.
#[must_use]
pub fn page() -> Option<&'static Asset> {
    asset("index.html")
}

#[must_use]
pub fn asset(path: &str) -> Option<&'static Asset> {
    let found = ASSETS.binary_search_by(|asset| asset.path.cmp(path));
    found.ok().and_then(|place| ASSETS.get(place))
}

/// Why there is no program in this binary, and the way to get it; empty when there is one.
#[must_use]
pub fn missing() -> &'static str {
    MISSING
}
