//! Who may be in a room, looked at again whenever that may have changed.

use kernel::{Need, Result, error::chain};
use platform::access::ProjectStandings;

use super::{PutOut, task::Room};
use crate::{
    outbox::Note,
    socket::{GONE, NO_LONGER_ALLOWED},
};

impl Room {
    /// Looks again, for somebody was refused.
    pub(super) async fn check_access_later(&mut self) {
        // Whatever changed it is in the log, and is looked at again when that can be read.
        if let Err(error) = self.check_access().await {
            tracing::warn!(project.id = %self.project, error = chain(&error), "Access cannot be read");
        }
    }

    /// Puts out whoever may no longer be here, and lets the others see what they may see now.
    pub(super) async fn check_access(&mut self) -> Result<()> {
        let standings = ProjectStandings::read(&self.hub.platform, self.project).await?;
        let sockets: Vec<u64> = self.members.keys().copied().collect();
        for socket in sockets {
            let Some(member) = self.members.get_mut(&socket) else {
                continue;
            };
            let access = standings
                .as_ref()
                .map(|standings| standings.access(&member.ctx.principal));
            let Some(access) = access.filter(|access| access.allows(Need::GRAPH_READ)) else {
                let put_out = if standings.is_none() {
                    self.put_out(GONE, "the project was deleted")
                } else {
                    self.put_out(
                        NO_LONGER_ALLOWED,
                        "you are no longer a member of this project",
                    )
                };
                self.remove(socket, put_out);
                continue;
            };
            let (sight, of_peers) = (access.sight(), access.allows(Need::PRESENCE_READ));
            let sees_otherwise = (member.sight, member.sight_of_peers) != (sight, of_peers);
            (member.sight, member.sight_of_peers) = (sight, of_peers);
            member.access = access;
            if sees_otherwise {
                self.begin_again(socket);
            }
        }
        Ok(())
    }

    fn put_out(&self, code: u16, reason: &'static str) -> PutOut {
        PutOut {
            project: self.project,
            code,
            reason,
        }
    }

    fn remove(&mut self, socket: u64, put_out: PutOut) {
        if let Some(member) = self.members.get(&socket) {
            member.outbox.note(Note::PutOut(put_out));
        }
        self.leave(socket);
    }

    /// What this socket knows was made for other eyes: it gets the project anew.
    fn begin_again(&mut self, socket: u64) {
        if let Some(member) = self.members.get(&socket) {
            let user = member.user;
            self.leave_peers(socket, user);
        }
        self.begin(socket, None);
    }
}
