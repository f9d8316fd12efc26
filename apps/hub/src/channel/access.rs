//! Who may be in a channel, looked at again whenever that may have changed.

use kernel::{Permission, Result, error::chain};
use platform::access::ProjectRelations;

use super::state::Channel;
use crate::{
    outbox::{Note, PutOut},
    socket::{GONE, NO_LONGER_ALLOWED},
};

impl Channel {
    /// Looks again, for somebody was refused.
    pub(super) async fn check_access_later(&mut self) {
        // Whatever changed it is in the log, and is looked at again when that can be read.
        if let Err(error) = self.check_access().await {
            tracing::warn!(project.id = %self.project, error = chain(&error), "Access cannot be read");
        }
    }

    /// Puts out whoever may no longer be here, and lets the others see what they may see now.
    pub(super) async fn check_access(&mut self) -> Result<()> {
        let relations = ProjectRelations::read(&self.hub.platform, self.project).await?;
        let sockets: Vec<u64> = self.members.keys().copied().collect();
        for socket in sockets {
            let Some(member) = self.members.get_mut(&socket) else {
                continue;
            };
            let access = relations
                .as_ref()
                .map(|relations| relations.access(&member.ctx.principal));
            let Some(access) = access.filter(|access| access.allows(Permission::GRAPH_READ)) else {
                let put_out = if relations.is_none() {
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
            let (visibility, of_peers) = (
                access.visibility(),
                access.allows(Permission::PRESENCE_READ),
            );
            let sees_otherwise = (member.visibility, member.sees_peers) != (visibility, of_peers);
            (member.visibility, member.sees_peers) = (visibility, of_peers);
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
