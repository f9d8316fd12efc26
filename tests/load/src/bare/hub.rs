//! Rooms, and who hears what.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    time::Duration,
};

use tokio::time::MissedTickBehavior;

use super::{redis::Outlet, socket::Socket};
use crate::websocket::{TEXT, append};

#[derive(Debug)]
pub(super) struct Hub {
    rooms: RefCell<HashMap<String, Room>>,
    next_number: Cell<u64>,
    ticks: bool,
    outlet: Option<Outlet>,
}

#[derive(Debug, Default)]
struct Room {
    sockets: Vec<Rc<Socket>>,
    /// The latest cursor of whoever moved since the last tick.
    moved: HashMap<u64, Vec<u8>>,
}

impl Hub {
    pub(super) fn new(tick: Option<Duration>, outlet: Option<Outlet>) -> Rc<Self> {
        let hub = Rc::new(Self {
            rooms: RefCell::default(),
            next_number: Cell::new(1),
            ticks: tick.is_some(),
            outlet,
        });
        if let Some(tick) = tick {
            tokio::task::spawn_local(hub.clone().tick(tick));
        }
        hub
    }

    pub(super) fn number(&self) -> u64 {
        self.next_number.replace(self.next_number.get() + 1)
    }

    pub(super) fn join(&self, project: &str, socket: Rc<Socket>) {
        let mut rooms = self.rooms.borrow_mut();
        rooms
            .entry(project.to_owned())
            .or_default()
            .sockets
            .push(socket);
    }

    pub(super) fn leave(&self, number: u64) {
        self.rooms.borrow_mut().retain(|_, room| {
            room.sockets.retain(|socket| socket.number != number);
            !room.sockets.is_empty()
        });
    }

    pub(super) fn moved(&self, project: &str, number: u64, cursor: &[u8]) {
        let mut rooms = self.rooms.borrow_mut();
        let Some(room) = rooms.get_mut(project) else {
            return;
        };
        if self.ticks {
            let latest = room.moved.entry(number).or_default();
            latest.clear();
            latest.extend_from_slice(cursor);
            return;
        }
        let frame = presence(project, [(number, cursor)].into_iter());
        for socket in room.sockets.iter().filter(|socket| socket.number != number) {
            socket.send(&frame);
        }
    }

    /// Passes on what another instance gathered.
    pub(super) fn tell(&self, project: &str, frame: &[u8]) {
        if let Some(room) = self.rooms.borrow().get(project) {
            room.sockets.iter().for_each(|socket| socket.send(frame));
        }
    }

    async fn tick(self: Rc<Self>, span: Duration) {
        let mut ticks = tokio::time::interval(span);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let mut commands = Vec::new();
            for (project, room) in self.rooms.borrow_mut().iter_mut() {
                if room.moved.is_empty() {
                    continue;
                }
                let moved = room.moved.iter();
                let frame = presence(project, moved.map(|(number, at)| (*number, at.as_slice())));
                room.moved.clear();
                room.sockets.iter().for_each(|socket| socket.send(&frame));
                if let Some(outlet) = &self.outlet {
                    outlet.append(&mut commands, project, &frame);
                }
            }
            if let Some(outlet) = &self.outlet
                && !commands.is_empty()
            {
                outlet.publish(commands);
            }
        }
    }
}

fn presence<'a>(project: &str, moved: impl Iterator<Item = (u64, &'a [u8])>) -> Vec<u8> {
    let mut text = format!(r#"{{"type":"presence","project":"{project}","peers":["#).into_bytes();
    for (place, (number, cursor)) in moved.enumerate() {
        let comma = if place > 0 { "," } else { "" };
        text.extend_from_slice(format!(r#"{comma}{{"s":{number},"cursor":"#).as_bytes());
        text.extend_from_slice(cursor);
        text.push(b'}');
    }
    text.extend_from_slice(br#"],"left":[]}"#);
    let mut frame = Vec::with_capacity(text.len() + 16);
    append(&mut frame, TEXT, &text);
    frame
}
