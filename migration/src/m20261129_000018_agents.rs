//! Agents: what they are, where they are members, what they do, when, and what people think of answers.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::ddl::{
    create_indexes, create_tables, drop_tables, index, key, one_of, owned_by, unique,
};

/// The task that asked for an answer.
const ASKED_BY: &str = "task_id";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            agents(),
            versions(),
            members(),
            tasks(),
            steps(),
            schedules(),
            feedback(),
        ];
        create_tables(manager, tables).await?;
        let mut generations = Table::alter().table("generations").to_owned();
        generations.add_column(uuid_null(ASKED_BY));
        manager.alter_table(generations).await?;
        let indexes = [
            unique("agents", ["slug"]),
            index("agents", ["user_id"]),
            index("agents", ["type"]),
            unique("agent_prompt_versions", ["agent_id", "version"]),
            index("project_agents", ["agent_id"]),
            index("agent_tasks", ["project_id", "created_at"]),
            index("agent_tasks", ["project_id", "node_id"]),
            index("agent_tasks", ["requested_by", "created_at"]),
            index("agent_tasks", ["agent_id", "created_at"]),
            open_tasks(),
            unique("agent_steps", ["project_id", "task_id", "number"]),
            index("agent_schedules", ["project_id"]),
            unique(
                "answer_feedback",
                ["project_id", "generation_id", "user_id"],
            ),
        ];
        create_indexes(manager, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            "answer_feedback",
            "agent_schedules",
            "agent_steps",
            "agent_tasks",
            "project_agents",
            "agent_prompt_versions",
            "agents",
        ];
        drop_tables(manager, tables).await?;
        let mut generations = Table::alter().table("generations").to_owned();
        manager
            .alter_table(generations.drop_column(ASKED_BY).take())
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// What is not over is little, and looked for all the time.
fn open_tasks() -> IndexCreateStatement {
    index("agent_tasks", ["project_id", "status"])
        .and_where(Expr::col("status").is_in(["PENDING", "RUNNING", "WAITING"]))
        .take()
}

fn agents() -> TableCreateStatement {
    Table::create()
        .table("agents")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(text("name"))
        .col(text("slug"))
        .col(text_null("description"))
        .col(text("type"))
        .col(text_null("role"))
        .col(text("icon").default("robot"))
        .col(text("color").default("#3B82F6"))
        .col(boolean("is_active").default(true))
        .col(text("system_prompt"))
        .col(big_integer("prompt_version").default(1))
        .col(text_null("model"))
        .col(text_null("fallback_model"))
        .col(big_integer("context_window_size").default(10))
        .col(big_integer("max_tokens").default(2048))
        .col(double("temperature").default(0.7))
        .col(double_null("top_p"))
        .col(json_binary_null("config"))
        .col(big_integer("version").default(1))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("deleted_at"))
        .foreign_key(&mut owned_by("agents", "user_id", "users"))
        .take()
}

fn versions() -> TableCreateStatement {
    Table::create()
        .table("agent_prompt_versions")
        .col(uuid("id").primary_key())
        .col(uuid("agent_id"))
        .col(big_integer("version"))
        .col(text("system_prompt"))
        .col(text_null("change_note"))
        .col(uuid_null("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut owned_by("agent_prompt_versions", "agent_id", "agents"))
        .take()
}

fn members() -> TableCreateStatement {
    Table::create()
        .table("project_agents")
        .col(uuid("project_id"))
        .col(uuid("agent_id"))
        .col(text("role"))
        .col(text("mode").default("APPLY"))
        .col(boolean("paused").default(false))
        .col(big_integer_null("tokens_per_day"))
        .col(big_integer_null("nanos_per_day"))
        .col(uuid("added_by"))
        .col(big_integer("version").default(1))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .primary_key(&mut key(["project_id", "agent_id"]))
        .foreign_key(&mut owned_by("project_agents", "project_id", "projects"))
        .foreign_key(&mut owned_by("project_agents", "agent_id", "agents"))
        .check(one_of(
            "project_agents",
            "role",
            ["ADMIN", "EDITOR", "MEMBER", "VIEWER"],
        ))
        .check(one_of("project_agents", "mode", ["APPLY", "PROPOSE"]))
        .take()
}

fn tasks() -> TableCreateStatement {
    Table::create()
        .table("agent_tasks")
        .col(uuid("project_id"))
        .col(uuid("id"))
        .col(uuid("agent_id"))
        .col(uuid_null("node_id"))
        .col(text("name"))
        .col(text_null("description"))
        .col(text("prompt"))
        .col(text("status").default("PENDING"))
        .col(json_binary_null("result"))
        .col(text_null("error_code"))
        .col(text_null("error_detail"))
        .col(json_binary_null("waiting_for"))
        .col(json_binary_null("metadata"))
        .col(uuid("requested_by"))
        .col(uuid_null("token_id"))
        .col(text("origin").default("PERSON"))
        .col(uuid_null("parent_task_id"))
        .col(uuid_null("schedule_id"))
        .col(big_integer("depth").default(0))
        .col(big_integer("priority").default(0))
        .col(timestamp_with_time_zone_null("deadline"))
        .col(big_integer("steps_max"))
        .col(big_integer("tokens_max"))
        .col(big_integer("nanos_max"))
        .col(big_integer("seconds_max"))
        .col(big_integer("steps").default(0))
        .col(big_integer("tokens_in").default(0))
        .col(big_integer("tokens_out").default(0))
        .col(big_integer("cost_nanos").default(0))
        .col(big_integer("reserved_tokens").default(0))
        .col(big_integer("reserved_nanos").default(0))
        .col(text("said").default(""))
        .col(big_integer("chunks").default(0))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("resumed_at"))
        .col(timestamp_with_time_zone_null("completed_at"))
        .primary_key(&mut key(["project_id", "id"]))
        .foreign_key(&mut owned_by("agent_tasks", "project_id", "projects"))
        .foreign_key(&mut owned_by("agent_tasks", "agent_id", "agents"))
        .check(one_of(
            "agent_tasks",
            "status",
            [
                "PENDING",
                "RUNNING",
                "WAITING",
                "COMPLETED",
                "FAILED",
                "CANCELLED",
            ],
        ))
        .check(one_of(
            "agent_tasks",
            "origin",
            ["PERSON", "AGENT", "SCHEDULE", "EVENT"],
        ))
        .take()
}

fn steps() -> TableCreateStatement {
    Table::create()
        .table("agent_steps")
        .col(uuid("id").primary_key())
        .col(uuid("project_id"))
        .col(uuid("task_id"))
        .col(big_integer("number"))
        .col(text("kind"))
        .col(json_binary("content"))
        .col(big_integer("tokens_in").default(0))
        .col(big_integer("tokens_out").default(0))
        .col(big_integer("cost_nanos").default(0))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut owned_by("agent_steps", "project_id", "projects"))
        .check(one_of(
            "agent_steps",
            "kind",
            ["MODEL", "TOOL", "MESSAGE", "NOTE"],
        ))
        .take()
}

fn schedules() -> TableCreateStatement {
    Table::create()
        .table("agent_schedules")
        .col(uuid("project_id"))
        .col(uuid("id"))
        .col(uuid("agent_id"))
        .col(uuid_null("node_id"))
        .col(text("name"))
        .col(text("prompt"))
        .col(text("kind"))
        .col(text_null("cron"))
        .col(text("timezone").default("UTC"))
        .col(text_null("event"))
        .col(boolean("paused").default(false))
        .col(big_integer("per_hour_max"))
        .col(timestamp_with_time_zone_null("next_run_at"))
        .col(timestamp_with_time_zone_null("last_run_at"))
        .col(text_null("last_error"))
        .col(uuid("created_by"))
        .col(big_integer("version").default(1))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .primary_key(&mut key(["project_id", "id"]))
        .foreign_key(&mut owned_by("agent_schedules", "project_id", "projects"))
        .foreign_key(&mut owned_by("agent_schedules", "agent_id", "agents"))
        .check(one_of("agent_schedules", "kind", ["CRON", "ONCE", "EVENT"]))
        .take()
}

fn feedback() -> TableCreateStatement {
    Table::create()
        .table("answer_feedback")
        .col(uuid("id").primary_key())
        .col(uuid("project_id"))
        .col(uuid("generation_id"))
        .col(uuid("user_id"))
        .col(small_integer_null("rating"))
        .col(boolean_null("is_helpful"))
        .col(text_null("comment"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut owned_by("answer_feedback", "project_id", "projects"))
        .take()
}
