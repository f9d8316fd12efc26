//! Which addresses are public, and which others an operator allows.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), length)
}

const fn v6(a: u16, b: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), length)
}

/// What the registry of special addresses (RFC 6890) does not call global, and what is for more than one.
const NOT_PUBLIC: [Ipv4Net; 16] = [
    v4(0, 0, 0, 8),
    v4(10, 0, 0, 8),
    v4(100, 64, 0, 10),
    v4(127, 0, 0, 8),
    v4(169, 254, 0, 16),
    v4(172, 16, 0, 12),
    v4(192, 0, 0, 24),
    v4(192, 0, 2, 24),
    v4(192, 31, 196, 24),
    v4(192, 88, 99, 24),
    v4(192, 168, 0, 16),
    v4(198, 18, 0, 15),
    v4(198, 51, 100, 24),
    v4(203, 0, 113, 24),
    v4(224, 0, 0, 4),
    v4(240, 0, 0, 4),
];
/// Of the newer addresses only these are public,
const GLOBAL: Ipv6Net = v6(0x2000, 0, 3);
/// but for those that stand for others, and those of examples.
const NOT_GLOBAL: [Ipv6Net; 4] = [
    v6(0x2001, 0, 23),
    v6(0x2001, 0x0db8, 32),
    v6(0x2002, 0, 16),
    v6(0x3fff, 0, 20),
];

/// Says which addresses may be connected to.
#[derive(Clone, Debug)]
pub struct Judge {
    /// Networks that are allowed although they are not public.
    networks: Vec<IpNet>,
}

impl Judge {
    pub(super) fn new(networks: Vec<IpNet>) -> Self {
        Self { networks }
    }

    /// Whether an address is public, or in a network that the operator allows.
    #[must_use]
    pub fn allows(&self, address: IpAddr) -> bool {
        // An old address in the form of a new one is the old one.
        let address = address.to_canonical();
        self.lists(address) || is_public(address)
    }

    /// Whether it is in a network that the operator allows.
    pub(super) fn lists(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|net| net.contains(&address))
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL.contains(&address) && !NOT_GLOBAL.iter().any(|net| net.contains(&address))
        }
    }
}
