//! Proving who one is: registration, login, sessions, passwords, mailed tokens, the second factor.

mod blocklist;
mod change_email;
mod codes;
mod email;
mod factor;
mod guard;
mod login;
mod mailed;
mod password;
mod register;
mod routes;
mod sessions;
mod spares;
mod throttle;
mod tickets;
mod totp;

pub use change_email::{ask as ask_email_change, confirm as confirm_email_change};
pub use email::{resend, verify};
pub use login::login;
pub use password::{change, forgot, reset};
pub use register::register;
pub use sessions::{Login, end, end_all, end_own, list, refresh};
pub use tickets::{issue as issue_ticket, redeem as redeem_ticket};
pub use totp::{confirm, enroll, remove, renew_recovery_codes};

pub(crate) use change_email::{
    derived_with as email_changes_with, end_open as end_email_changes, send as mail_email_change,
};
pub(crate) use guard::Guard;
pub(crate) use mailed::{Mailing, Purpose, end_mails, send as send_mail, token_of};
pub(crate) use password::SetByOperator;
pub(crate) use routes::routes;
pub(crate) use sessions::end_of_user as end_sessions;
pub(crate) use throttle::sweep as sweep_throttles;
pub(crate) use totp::TakeOff;
