//! Who is to come, and what each needs to get in: an account, a place in a project, a node to move.

use std::{collections::HashMap, net::SocketAddr, rc::Rc};

use anyhow::{Result, ensure};
use uuid::Uuid;

use crate::api::{Account, Api};

/// A project takes no more members.
const PEOPLE_PER_ROOM_MAX: usize = 1_000;
/// Beyond them accounts hold several sockets.
const ACCOUNTS_MAX: usize = 1_000;

/// How many come, and to how many rooms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Party {
    pub(crate) clients: usize,
    pub(crate) rooms: usize,
    pub(crate) editors: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Guest {
    pub(crate) address: SocketAddr,
    /// Which of several servers that is.
    pub(crate) instance: usize,
    pub(crate) room: usize,
    pub(crate) project: Rc<str>,
    /// Nothing for a bare server, which wants no ticket.
    pub(crate) token: Option<Rc<str>>,
    /// A node of their own.
    pub(super) node: Option<Rc<str>>,
}

impl Party {
    pub(crate) fn per_room(self) -> usize {
        self.clients.div_ceil(self.rooms.max(1)).max(1)
    }

    /// The first `count` people, taken evenly from all rooms.
    pub(crate) fn spread(self, count: usize) -> Vec<usize> {
        let per_room = self.per_room();
        let places = (0..per_room)
            .flat_map(|place| (0..self.rooms).map(move |room| room * per_room + place));
        places.filter(|at| *at < self.clients).take(count).collect()
    }
}

/// Guests for bare servers, where anybody may enter.
pub(crate) fn strangers(addresses: &[SocketAddr], party: Party) -> Vec<Guest> {
    let projects: Vec<Rc<str>> = (0..party.rooms)
        .map(|_| Uuid::now_v7().to_string().into())
        .collect();
    let guest = |at: usize| {
        let (room, place) = (at / party.per_room(), at % party.per_room());
        let instance = place % addresses.len();
        Some(Guest {
            address: *addresses.get(instance)?,
            instance,
            room,
            project: projects.get(room)?.clone(),
            token: None,
            node: None,
        })
    };
    (0..party.clients).filter_map(guest).collect()
}

/// Registers people and makes projects on the first of several instances of one server; the people
/// of a room are spread over the instances.
pub(crate) async fn invite(addresses: &[SocketAddr], party: Party) -> Result<Vec<Guest>> {
    ensure!(
        party.per_room() <= PEOPLE_PER_ROOM_MAX,
        "a project has at most {PEOPLE_PER_ROOM_MAX} members"
    );
    let mut guests = strangers(addresses, party);
    let Some(first) = addresses.first() else {
        return Ok(guests);
    };
    let api = Api(*first);
    let accounts = accounts(api, party.clients.min(ACCOUNTS_MAX)).await?;
    let editors = party.spread(party.editors);
    let mut owners: HashMap<usize, (Rc<str>, String)> = HashMap::new();
    for (at, guest) in guests.iter_mut().enumerate() {
        let Some(account) = accounts.get(at % accounts.len()) else {
            continue;
        };
        let edits = editors.contains(&at);
        if let Some((project, owner)) = owners.get(&guest.room) {
            guest.project = Rc::clone(project);
            let role = if edits { "EDITOR" } else { "VIEWER" };
            api.add_member(owner, project, &account.user_id, role)
                .await?;
        } else {
            guest.project = api.project(&account.token).await?.into();
            owners.insert(guest.room, (guest.project.clone(), account.token.clone()));
        }
        if edits {
            guest.node = Some(api.node(&account.token, &guest.project).await?.into());
        }
        guest.token = Some(account.token.as_str().into());
    }
    Ok(guests)
}

async fn accounts(api: Api, count: usize) -> Result<Vec<Account>> {
    // Against a server that runs already, the same names may be taken.
    let run = Uuid::new_v4().simple();
    let mut accounts = Vec::with_capacity(count);
    for number in 0..count {
        accounts.push(api.register(&format!("load-{run}-{number}")).await?);
    }
    Ok(accounts)
}

#[cfg(test)]
impl Guest {
    pub(super) fn at(room: usize) -> Self {
        Self {
            address: ([127, 0, 0, 1], 0).into(),
            instance: 0,
            room,
            project: "p".into(),
            token: None,
            node: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn movers_are_taken_evenly_from_all_rooms() {
        let party = Party {
            clients: 10,
            rooms: 3,
            editors: 0,
        };

        assert_eq!(party.per_room(), 4);
        assert_eq!(party.spread(4), [0, 4, 8, 1]);
        assert_eq!(party.spread(100).len(), 10);
    }
}
