//! Pages that people link to, which the server reads.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::wrong_setting::WrongSetting;

const SECONDS_MAX: u32 = 120;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkSettings {
    /// Whether the server reads pages that people link to.
    pub enabled: bool,
    /// Networks that links may lead to although they are not public, such as `10.1.0.0/16` for a wiki of one's own,
    /// separated by commas. None by default.
    pub private_networks: String,
    /// How long reading one page may take, its redirects included.
    pub seconds_max: u32,
}

impl Default for LinkSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            private_networks: String::new(),
            seconds_max: 20,
        }
    }
}

impl LinkSettings {
    /// The networks, as far as they are such.
    pub(crate) fn networks(&self) -> Vec<IpNet> {
        let named = self.private_networks.split(',');
        named.filter_map(|name| name.trim().parse().ok()).collect()
    }
}

pub(super) fn check(links: &LinkSettings) -> Result<(), WrongSetting> {
    let named = links.private_networks.split(',');
    if named.filter(|name| !name.trim().is_empty()).count() != links.networks().len() {
        return Err(WrongSetting::new(
            "links.private_networks",
            "must hold networks such as 10.1.0.0/16, separated by commas",
        ));
    }
    if !(1..=SECONDS_MAX).contains(&links.seconds_max) {
        return Err(WrongSetting::new(
            "links.seconds_max",
            "must be from 1 to 120",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_named_in_full_or_refused() {
        let said = |networks: &str| LinkSettings {
            private_networks: networks.to_owned(),
            ..LinkSettings::default()
        };
        check(&said("")).unwrap();
        check(&said("10.1.0.0/16, fd00::/8")).unwrap();
        for wrong in ["10.1.0.0", "intranet", "10.1.0.0/16,x"] {
            let refusal = check(&said(wrong)).unwrap_err().to_string();
            assert!(refusal.contains("links.private_networks"), "{refusal}");
        }
    }
}
