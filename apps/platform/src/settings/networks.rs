//! Networks that addresses may lead to although they are not public.

use ipnet::IpNet;

use crate::wrong_setting::WrongSetting;

/// Those of a list, as far as they are such.
pub(super) fn of(list: &str) -> Vec<IpNet> {
    let named = list.split(',');
    named.filter_map(|name| name.trim().parse().ok()).collect()
}

pub(super) fn check(setting: &str, list: &str) -> Result<(), WrongSetting> {
    let named = list.split(',').filter(|name| !name.trim().is_empty());
    if named.count() == of(list).len() {
        return Ok(());
    }
    Err(WrongSetting::new(
        setting,
        "must hold networks such as 10.1.0.0/16, separated by commas",
    ))
}
