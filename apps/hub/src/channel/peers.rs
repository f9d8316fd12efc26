//! Who is in a channel and where, on this instance and on others: the newest of each, gathered into
//! one frame for everyone.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use kernel::{ProjectId, UserId};
use platform::bus::Origin;
use protocol::frames::{Peer, PresenceFrame, PresenceUpdate};

/// Nobody gets more than 20 frames a second.
pub(super) const TICK: Duration = Duration::from_millis(50);
/// How long an instance that says nothing is believed to be there.
const ELSEWHERE_TTL: Duration = Duration::from_secs(45);
/// With two there is no crowd to gather: each hears the other, no one else.
const LISTENERS_FEW: usize = 2;

/// Told apart well on light and dark ground, and from the indigo in which a canvas shows what its reader selected.
const COLORS: [&str; 12] = [
    "#e5484d", "#f76b15", "#d99a00", "#7cb518", "#30a46c", "#12a594", "#0797b9", "#9a3412",
    "#64748b", "#ab4aba", "#e93d82", "#8d6e63",
];

#[derive(Debug)]
pub(super) struct Peers {
    project: ProjectId,
    here: HashMap<u64, Here>,
    elsewhere: HashMap<Origin, Elsewhere>,
    changed: Vec<u64>,
    left: Vec<u64>,
    flushed_at: Option<Instant>,
}

#[derive(Debug)]
struct Here {
    whole: Peer,
    /// Boxed, for most of the time there is none.
    change: Option<Box<Peer>>,
    told_at: Option<Instant>,
}

#[derive(Debug)]
struct Elsewhere {
    heard_at: Instant,
    peers: HashMap<u64, Peer>,
}

/// What changed, and the one who need not hear it because nobody else changed.
#[derive(Debug)]
pub(super) struct Changes {
    pub(super) frame: PresenceFrame,
    pub(super) only: Option<u64>,
}

impl Peers {
    pub(super) fn new(project: ProjectId) -> Self {
        Self {
            project,
            here: HashMap::new(),
            elsewhere: HashMap::new(),
            changed: Vec::new(),
            left: Vec::new(),
            flushed_at: None,
        }
    }

    pub(super) fn join(&mut self, s: u64, user: UserId, name: &Arc<str>) {
        let whole = Peer {
            s,
            u: Some(user),
            name: Some(name.clone()),
            color: Some(color(user).into()),
            ..Peer::default()
        };
        let here = Here {
            change: Some(Box::new(whole.clone())),
            whole,
            told_at: None,
        };
        if self.here.insert(s, here).is_none() {
            self.changed.push(s);
        }
    }

    pub(super) fn update(&mut self, s: u64, update: PresenceUpdate) {
        let Some(here) = self.here.get_mut(&s) else {
            return;
        };
        let PresenceUpdate {
            cursor,
            selection,
            editing,
            view,
            typing,
        } = update;
        // What is as it was need not be told again.
        let change = Peer {
            s,
            cursor: cursor.filter(|new| here.whole.cursor.as_ref() != Some(new)),
            selection: selection.filter(|new| here.whole.selection.as_ref() != Some(new)),
            editing: editing.filter(|new| here.whole.editing.as_ref() != Some(new)),
            view: view.filter(|new| here.whole.view.as_ref() != Some(new)),
            typing: typing.filter(|new| here.whole.typing.as_ref() != Some(new)),
            ..Peer::default()
        };
        let unchanged = Peer {
            s,
            ..Peer::default()
        };
        if change == unchanged {
            return;
        }
        here.whole.merge(change.clone());
        match &mut here.change {
            Some(waiting) => waiting.merge(change),
            None => {
                here.change = Some(Box::new(change));
                self.changed.push(s);
            }
        }
    }

    /// Gives what was last known of the one who left.
    pub(super) fn leave(&mut self, s: u64) -> Option<Peer> {
        let gone = self.here.remove(&s)?;
        self.changed.retain(|changed| *changed != s);
        self.left.push(s);
        Some(gone.whole)
    }

    pub(super) fn is_user_here(&self, user: UserId) -> bool {
        let here = self.here.values().map(|here| &here.whole);
        let elsewhere = self
            .elsewhere
            .values()
            .flat_map(|there| there.peers.values());
        here.chain(elsewhere).any(|peer| peer.u == Some(user))
    }

    /// When the changes that wait are to be told. In a channel that was quiet that is now; a crowd is
    /// told once a tick.
    pub(super) fn due(&self, listeners: usize, now: Instant) -> Option<Instant> {
        if self.changed.is_empty() && self.left.is_empty() {
            return None;
        }
        let after_tick = |told: Option<Instant>| told.map(|at| at + TICK);
        let due = if listeners > LISTENERS_FEW || !self.left.is_empty() {
            after_tick(self.flushed_at)
        } else {
            let changed = self.changed.iter().filter_map(|s| self.here.get(s));
            changed
                .map(|here| after_tick(here.told_at))
                .min()
                .unwrap_or(None)
        };
        Some(due.unwrap_or(now))
    }

    pub(super) fn take_changes(&mut self, now: Instant) -> Changes {
        self.flushed_at = Some(now);
        let mut peers = Vec::with_capacity(self.changed.len());
        for s in self.changed.drain(..) {
            if let Some(here) = self.here.get_mut(&s) {
                here.told_at = Some(now);
                peers.extend(here.change.take().map(|change| *change));
            }
        }
        let left = std::mem::take(&mut self.left);
        let only = match peers.as_slice() {
            [alone] if left.is_empty() => Some(alone.s),
            _ => None,
        };
        Changes {
            frame: self.frame(peers, left, false),
            only,
        }
    }

    /// Everybody, for whoever comes or has lost track.
    pub(super) fn all(&self) -> Vec<Peer> {
        let here = self.here.values().map(|here| &here.whole);
        let elsewhere = self
            .elsewhere
            .values()
            .flat_map(|there| there.peers.values());
        here.chain(elsewhere).cloned().collect()
    }

    pub(super) fn all_frame(&self) -> PresenceFrame {
        self.frame(self.all(), Vec::new(), true)
    }

    /// Those on this instance, for the others.
    pub(super) fn here_frame(&self) -> PresenceFrame {
        let here = self.here.values().map(|here| here.whole.clone());
        self.frame(here.collect(), Vec::new(), true)
    }

    /// Takes over what another instance says has changed about its peers.
    pub(super) fn hear(&mut self, origin: Origin, said: &PresenceFrame) {
        let there = self.elsewhere(origin);
        for peer in &said.peers {
            let unknown = || Peer {
                s: peer.s,
                ..Peer::default()
            };
            let kept = there.peers.entry(peer.s).or_insert_with(unknown);
            kept.merge(peer.clone());
        }
        for s in &said.left {
            there.peers.remove(s);
        }
    }

    /// Takes over all peers of another instance; gives what is to be told of it here.
    pub(super) fn hear_all(&mut self, origin: Origin, said: PresenceFrame) -> PresenceFrame {
        let there = self.elsewhere(origin);
        let known: HashMap<u64, Peer> = said.peers.iter().map(|p| (p.s, p.clone())).collect();
        let gone = there.peers.keys().filter(|s| !known.contains_key(s));
        let left = gone.copied().collect();
        let news = said.peers.into_iter();
        let news = news
            .filter(|peer| there.peers.get(&peer.s) != Some(peer))
            .collect();
        there.peers = known;
        self.frame(news, left, false)
    }

    fn elsewhere(&mut self, origin: Origin) -> &mut Elsewhere {
        let there = self.elsewhere.entry(origin).or_insert_with(|| Elsewhere {
            heard_at: Instant::now(),
            peers: HashMap::new(),
        });
        there.heard_at = Instant::now();
        there
    }

    /// Forgets instances that have gone silent; gives who went with them.
    pub(super) fn forget_silent(&mut self, now: Instant) -> Option<PresenceFrame> {
        let mut left = Vec::new();
        self.elsewhere.retain(|_, there| {
            let is_there = now.duration_since(there.heard_at) < ELSEWHERE_TTL;
            if !is_there {
                left.extend(there.peers.keys());
            }
            is_there
        });
        (!left.is_empty()).then(|| self.frame(Vec::new(), left, false))
    }

    fn frame(&self, peers: Vec<Peer>, left: Vec<u64>, full: bool) -> PresenceFrame {
        PresenceFrame {
            project: self.project,
            peers,
            left,
            full,
        }
    }
}

/// The same person has the same colour everywhere.
fn color(user: UserId) -> &'static str {
    let sum = user.uuid().as_bytes().iter().fold(0_usize, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(*byte))
    });
    COLORS.get(sum % COLORS.len()).copied().unwrap_or("#0797b9")
}

#[cfg(test)]
mod tests {
    use super::COLORS;

    #[test]
    fn nobody_has_the_colour_of_a_selection() {
        for color in COLORS {
            let channel = |at: usize| {
                let hex = color.get(at..at + 2).unwrap_or_default();
                u32::from_str_radix(hex, 16).expect("a colour has two digits for each channel")
            };
            let (red, green, blue) = (channel(1), channel(3), channel(5));
            let is_indigo = blue * 10 > red * 13 && blue * 10 > green * 13;
            assert!(!is_indigo, "{color} is taken for a selection");
        }
    }
}
