//! Where things are below `/api/v1`: `owner.get(&project.node(node))`.

use std::fmt::Display;

use kernel::ProjectId;

/// The addresses of a project and of what is in it.
pub(crate) trait Paths: Display {
    fn path(&self) -> String {
        format!("/projects/{self}")
    }

    fn at(&self, below: &str) -> String {
        format!("{}/{below}", self.path())
    }

    fn graph(&self) -> String {
        self.at("graph")
    }

    fn nodes(&self) -> String {
        self.at("nodes")
    }

    fn node(&self, id: impl Display) -> String {
        self.at(&format!("nodes/{id}"))
    }

    fn generate(&self, node: impl Display) -> String {
        format!("{}/generate", self.node(node))
    }

    fn generations(&self, node: impl Display) -> String {
        format!("{}/generations", self.node(node))
    }

    fn attempt(&self, node: impl Display, id: impl Display) -> String {
        format!("{}/{id}", self.generations(node))
    }

    fn followups(&self, node: impl Display) -> String {
        format!("{}/followups", self.node(node))
    }

    fn siblings(&self, node: impl Display) -> String {
        format!("{}/siblings", self.node(node))
    }

    fn context(&self, node: impl Display) -> String {
        format!("{}/context", self.node(node))
    }

    fn edges(&self) -> String {
        self.at("edges")
    }

    fn edge(&self, id: impl Display) -> String {
        self.at(&format!("edges/{id}"))
    }

    fn members(&self) -> String {
        self.at("members")
    }

    fn member(&self, user: impl Display) -> String {
        self.at(&format!("members/{user}"))
    }

    fn invitations(&self) -> String {
        self.at("invitations")
    }

    fn invitation(&self, id: impl Display) -> String {
        self.at(&format!("invitations/{id}"))
    }

    fn ops(&self) -> String {
        self.at("ops")
    }

    fn events(&self) -> String {
        self.at("events")
    }

    fn events_after(&self, seq: impl Display) -> String {
        self.at(&format!("events?after={seq}"))
    }

    fn state_hash(&self) -> String {
        self.at("state-hash")
    }

    fn merge(&self) -> String {
        self.at("merge")
    }

    fn compare(&self, a: impl Display, b: impl Display) -> String {
        self.at(&format!("compare?a={a}&b={b}"))
    }

    fn refresh(&self) -> String {
        self.at("refresh")
    }

    fn usage(&self) -> String {
        self.at("usage")
    }

    fn budgets(&self) -> String {
        self.at("budgets")
    }

    fn viewport(&self) -> String {
        self.at("viewport")
    }

    fn transfer(&self) -> String {
        self.at("transfer")
    }

    fn agents(&self) -> String {
        self.at("agents")
    }

    fn agent(&self, id: impl Display) -> String {
        self.at(&format!("agents/{id}"))
    }

    fn tasks(&self) -> String {
        self.at("tasks")
    }

    fn task(&self, id: impl Display) -> String {
        self.at(&format!("tasks/{id}"))
    }

    fn schedules(&self) -> String {
        self.at("schedules")
    }

    fn schedule(&self, id: impl Display) -> String {
        self.at(&format!("schedules/{id}"))
    }

    fn changesets(&self) -> String {
        self.at("changesets")
    }

    fn changeset(&self, id: impl Display, below: &str) -> String {
        self.at(&format!("changesets/{id}/{below}"))
    }

    fn sessions(&self) -> String {
        self.at("sessions")
    }
}

impl Paths for ProjectId {}

// As JSON has it.
impl Paths for str {}
impl Paths for String {}

impl<T: Paths + ?Sized> Paths for &T {}
