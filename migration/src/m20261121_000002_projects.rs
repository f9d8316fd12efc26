//! Projects, their members and the invitations to them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::ddl::{
    create_indexes, create_tables, drop_tables, index, key, one_of, owned_by, unique,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            projects(),
            project_members(),
            project_viewports(),
            invitations(),
        ];
        let indexes = [
            index("projects", ["owner_id"]),
            index("projects", ["owner_id", "deleted_at"]),
            index("projects", ["is_public"]),
            index("projects", ["deleted_at"]),
            index("project_members", ["user_id"]),
            one_owner_per_project(),
            unique("invitations", ["token_hash"]),
            index("invitations", ["project_id"]),
            index("invitations", ["email"]),
        ];
        create_tables(manager, tables).await?;
        create_indexes(manager, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            [
                "invitations",
                "project_viewports",
                "project_members",
                "projects",
            ],
        )
        .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn projects() -> TableCreateStatement {
    Table::create()
        .table("projects")
        .col(uuid("id").primary_key())
        .col(uuid("owner_id"))
        .col(text("name"))
        .col(text_null("description"))
        .col(text("system_prompt").default(""))
        .col(boolean("is_public").default(false))
        .col(json_binary_null("viewport"))
        .col(big_integer("head_seq").default(0))
        .col(uuid("epoch"))
        .col(big_integer("version").default(1))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .foreign_key(&mut owned_by("projects", "owner_id", "users"))
        .take()
}

fn project_members() -> TableCreateStatement {
    Table::create()
        .table("project_members")
        .col(uuid("project_id"))
        .col(uuid("user_id"))
        .col(text("role").default("MEMBER"))
        .col(timestamp_with_time_zone("joined_at"))
        .primary_key(&mut key(["project_id", "user_id"]))
        .foreign_key(&mut owned_by("project_members", "project_id", "projects"))
        .foreign_key(&mut owned_by("project_members", "user_id", "users"))
        .check(one_of(
            "project_members",
            "role",
            ["OWNER", "ADMIN", "EDITOR", "MEMBER", "VIEWER"],
        ))
        .take()
}

fn project_viewports() -> TableCreateStatement {
    Table::create()
        .table("project_viewports")
        .col(uuid("project_id"))
        .col(uuid("user_id"))
        .col(double("x"))
        .col(double("y"))
        .col(double("zoom"))
        .col(timestamp_with_time_zone("updated_at"))
        .primary_key(&mut key(["project_id", "user_id"]))
        .foreign_key(&mut owned_by("project_viewports", "project_id", "projects"))
        .foreign_key(&mut owned_by("project_viewports", "user_id", "users"))
        .take()
}

fn invitations() -> TableCreateStatement {
    Table::create()
        .table("invitations")
        .col(uuid("id").primary_key())
        .col(uuid("project_id"))
        .col(text("email"))
        .col(text("role"))
        .col(blob("token_hash"))
        .col(uuid("invited_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("accepted_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .foreign_key(&mut owned_by("invitations", "project_id", "projects"))
        .foreign_key(&mut owned_by("invitations", "invited_by", "users"))
        .check(one_of(
            "invitations",
            "role",
            ["ADMIN", "EDITOR", "MEMBER", "VIEWER"],
        ))
        .take()
}

fn one_owner_per_project() -> IndexCreateStatement {
    Index::create()
        .name("ux_project_members_owner")
        .table("project_members")
        .col("project_id")
        .unique()
        .and_where(Expr::col("role").eq("OWNER"))
        .take()
}
