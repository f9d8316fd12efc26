//! What an audit record says beyond who did what: how much it matters, what it changed, and as whom and with which
//! program somebody did it. Records are found by time, by what was done, and by the account that they are about.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{json_binary, json_binary_null, text, text_null};

use crate::ddl::{create_indexes, index, one_of};

const TABLE: &str = "audit_records";
const COLUMNS: [&str; 7] = [
    "severity",
    "tags",
    "old_values",
    "new_values",
    "actor_name",
    "actor_email",
    "user_agent",
];
const BY_ACCOUNT: &str = "ix_audit_records_account_at";
const INDEXES: [&str; 3] = [
    "ix_audit_records_at",
    "ix_audit_records_action_at",
    BY_ACCOUNT,
];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            severity(),
            json_binary("tags").default("[]").take(),
            json_binary_null("old_values"),
            json_binary_null("new_values"),
            text_null("actor_name"),
            text_null("actor_email"),
            text_null("user_agent"),
        ] {
            let mut change = Table::alter().table(TABLE).to_owned();
            manager
                .alter_table(change.add_column(column).take())
                .await?;
        }
        let indexes = [
            index(TABLE, ["at"]),
            index(TABLE, ["action", "at"]),
            by_account(),
        ];
        create_indexes(manager, indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in INDEXES {
            let drop = Index::drop().name(name).table(TABLE).to_owned();
            manager.drop_index(drop).await?;
        }
        for column in COLUMNS {
            let mut change = Table::alter().table(TABLE).to_owned();
            manager
                .alter_table(change.drop_column(column).take())
                .await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn severity() -> ColumnDef {
    text("severity")
        .default("INFO")
        .check(one_of(
            TABLE,
            "severity",
            ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
        ))
        .take()
}

/// Most records are about projects; those about accounts are few, and looked for by account.
fn by_account() -> IndexCreateStatement {
    Index::create()
        .name(BY_ACCOUNT)
        .table(TABLE)
        .col("subject_id")
        .col("at")
        .cond_where(Expr::col("subject").eq("user"))
        .take()
}
