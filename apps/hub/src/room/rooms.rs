//! The rooms of this process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use kernel::ProjectId;
use tokio::sync::mpsc;

use super::{Join, ROOM_MAILBOX_MAX, RoomMessage, RoomSender, task};
use crate::Hub;

#[derive(Debug, Default)]
pub(crate) struct Rooms(Mutex<HashMap<ProjectId, RoomSender>>);

impl Rooms {
    /// Sends a socket into the room of a project, which is opened if need be.
    pub(crate) async fn join(&self, hub: &Arc<Hub>, join: Join) -> RoomSender {
        let project = join.access.project;
        let mut message = RoomMessage::Join(Box::new(join));
        loop {
            let room = self.enter(hub, project);
            match room.send(message).await {
                Ok(()) => return room,
                // It closed at this very moment; the next one is another.
                Err(mpsc::error::SendError(unsent)) => {
                    message = unsent;
                    self.forget(project, &room);
                }
            }
        }
    }

    fn enter(&self, hub: &Arc<Hub>, project: ProjectId) -> RoomSender {
        let mut rooms = self.lock();
        let open = || {
            let (sender, mailbox) = mpsc::channel(ROOM_MAILBOX_MAX);
            let room = task::run(hub.clone(), project, sender.downgrade(), mailbox);
            hub.platform.tasks.spawn(room);
            metrics::gauge!("nonlinear_rooms").increment(1);
            sender
        };
        rooms.entry(project).or_insert_with(open).clone()
    }

    fn forget(&self, project: ProjectId, room: &RoomSender) {
        let mut rooms = self.lock();
        if rooms
            .get(&project)
            .is_some_and(|known| known.same_channel(room))
        {
            rooms.remove(&project);
        }
    }

    /// Closes a room unless something was sent to it meanwhile. Those who send hold a sender that
    /// they got under the same lock.
    pub(super) fn retire(
        &self,
        project: ProjectId,
        mailbox: &mut mpsc::Receiver<RoomMessage>,
    ) -> bool {
        let mut rooms = self.lock();
        if !mailbox.is_empty() {
            return false;
        }
        rooms.remove(&project);
        mailbox.close();
        metrics::gauge!("nonlinear_rooms").decrement(1);
        true
    }

    pub(crate) fn open(&self) -> Vec<(ProjectId, RoomSender)> {
        let rooms = self.lock();
        rooms
            .iter()
            .map(|(project, room)| (*project, room.clone()))
            .collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ProjectId, RoomSender>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
