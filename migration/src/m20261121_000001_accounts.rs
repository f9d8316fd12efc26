//! Accounts: people, their sessions and their credentials.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::ddl::{create_indexes, create_tables, drop_tables, index, one_of, owned_by, unique};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            users(),
            recovery_codes(),
            auth_sessions(),
            refresh_tokens(),
            api_tokens(),
            mailed_tokens(),
            ws_tickets(),
            login_throttles(),
        ];
        let indexes = [
            unique("users", ["email"]),
            unique("users", ["username_key"]),
            index("users", ["deleted_at"]),
            index("recovery_codes", ["user_id"]),
            index("auth_sessions", ["user_id"]),
            index("auth_sessions", ["expires_at"]),
            index("refresh_tokens", ["session_id"]),
            unique("api_tokens", ["token_hash"]),
            index("api_tokens", ["user_id"]),
            unique("mailed_tokens", ["token_hash"]),
            index("mailed_tokens", ["user_id"]),
            index("ws_tickets", ["expires_at"]),
        ];
        create_tables(manager, tables).await?;
        create_indexes(manager, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            [
                "login_throttles",
                "ws_tickets",
                "mailed_tokens",
                "api_tokens",
                "refresh_tokens",
                "auth_sessions",
                "recovery_codes",
                "users",
            ],
        )
        .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn users() -> TableCreateStatement {
    Table::create()
        .table("users")
        .col(uuid("id").primary_key())
        .col(text("email"))
        .col(timestamp_with_time_zone_null("email_verified_at"))
        .col(text_null("username"))
        .col(text_null("username_key"))
        .col(text("password_hash"))
        .col(text_null("first_name"))
        .col(text_null("last_name"))
        .col(text_null("avatar"))
        .col(json_binary_null("preferences"))
        .col(json_binary_null("instructions"))
        .col(blob_null("totp_secret"))
        .col(timestamp_with_time_zone_null("totp_confirmed_at"))
        .col(big_integer_null("totp_last_step"))
        .col(timestamp_with_time_zone_null("disabled_at"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .take()
}

fn recovery_codes() -> TableCreateStatement {
    Table::create()
        .table("recovery_codes")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(blob("code_hash"))
        .col(timestamp_with_time_zone_null("used_at"))
        .foreign_key(&mut owned_by("recovery_codes", "user_id", "users"))
        .take()
}

fn auth_sessions() -> TableCreateStatement {
    Table::create()
        .table("auth_sessions")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(text_null("label"))
        .col(text_null("address"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("last_used_at"))
        .col(timestamp_with_time_zone("idle_expires_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .col(text_null("revoked_reason"))
        .foreign_key(&mut owned_by("auth_sessions", "user_id", "users"))
        .take()
}

fn refresh_tokens() -> TableCreateStatement {
    Table::create()
        .table("refresh_tokens")
        .col(blob("token_hash").primary_key())
        .col(uuid("session_id"))
        .col(timestamp_with_time_zone("issued_at"))
        .col(timestamp_with_time_zone_null("rotated_at"))
        .foreign_key(&mut owned_by(
            "refresh_tokens",
            "session_id",
            "auth_sessions",
        ))
        .take()
}

fn api_tokens() -> TableCreateStatement {
    Table::create()
        .table("api_tokens")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(text("name"))
        .col(text("hint"))
        .col(blob("token_hash"))
        .col(json_binary("scopes"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("last_used_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut owned_by("api_tokens", "user_id", "users"))
        .take()
}

fn mailed_tokens() -> TableCreateStatement {
    Table::create()
        .table("mailed_tokens")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(text("purpose"))
        .col(text("email"))
        .col(blob("token_hash"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("used_at"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut owned_by("mailed_tokens", "user_id", "users"))
        .check(one_of(
            "mailed_tokens",
            "purpose",
            ["EMAIL_VERIFY", "PASSWORD_RESET"],
        ))
        .take()
}

fn ws_tickets() -> TableCreateStatement {
    Table::create()
        .table("ws_tickets")
        .col(blob("ticket_hash").primary_key())
        .col(uuid("user_id"))
        .col(uuid("session_id"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("used_at"))
        .foreign_key(&mut owned_by("ws_tickets", "user_id", "users"))
        .foreign_key(&mut owned_by("ws_tickets", "session_id", "auth_sessions"))
        .take()
}

fn login_throttles() -> TableCreateStatement {
    Table::create()
        .table("login_throttles")
        .col(blob("key").primary_key())
        .col(integer("failures"))
        .col(timestamp_with_time_zone_null("locked_until"))
        .col(timestamp_with_time_zone("updated_at"))
        .take()
}
