//! The few shapes all migrations are made of, so that constraints and indexes are named by one rule.
//!
//! Keys and foreign keys stand inside CREATE TABLE, because SQLite cannot add them afterwards.

use sea_orm_migration::prelude::*;

/// Creates the tables in order, so a table comes after those it refers to.
pub(crate) async fn create_tables(
    manager: &SchemaManager<'_>,
    tables: impl IntoIterator<Item = TableCreateStatement>,
) -> Result<(), DbErr> {
    for table in tables {
        manager.create_table(table).await?;
    }
    Ok(())
}

pub(crate) async fn create_indexes(
    manager: &SchemaManager<'_>,
    indexes: impl IntoIterator<Item = IndexCreateStatement>,
) -> Result<(), DbErr> {
    for index in indexes {
        manager.create_index(index).await?;
    }
    Ok(())
}

/// Drops the tables in order; their indexes go with them.
pub(crate) async fn drop_tables(
    manager: &SchemaManager<'_>,
    tables: impl IntoIterator<Item = &'static str>,
) -> Result<(), DbErr> {
    for table in tables {
        manager
            .drop_table(Table::drop().table(table).take())
            .await?;
    }
    Ok(())
}

/// A primary key of several columns.
pub(crate) fn key(columns: [&'static str; 2]) -> IndexCreateStatement {
    let [first, second] = columns;
    Index::create().col(first).col(second).primary().take()
}

/// `fk_<table>_<column>`: the row goes when the row it refers to by `id` goes.
pub(crate) fn owned_by(
    table: &'static str,
    column: &'static str,
    owner: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to(owner, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

/// `ck_<table>_<column>`: the column holds one of these words.
pub(crate) fn one_of<const WORDS: usize>(
    table: &'static str,
    column: &'static str,
    words: [&'static str; WORDS],
) -> Check {
    Check::named(
        format!("ck_{table}_{column}"),
        Expr::col(column).is_in(words),
    )
}

/// `ix_<table>_<columns>`.
pub(crate) fn index<const COLUMNS: usize>(
    table: &'static str,
    columns: [&'static str; COLUMNS],
) -> IndexCreateStatement {
    named_index("ix", table, columns)
}

/// `ux_<table>_<columns>`: no two rows agree in all these columns. NULL agrees with nothing.
pub(crate) fn unique<const COLUMNS: usize>(
    table: &'static str,
    columns: [&'static str; COLUMNS],
) -> IndexCreateStatement {
    named_index("ux", table, columns).unique().take()
}

fn named_index<const COLUMNS: usize>(
    prefix: &str,
    table: &'static str,
    columns: [&'static str; COLUMNS],
) -> IndexCreateStatement {
    let mut index = Index::create();
    index
        .name(format!("{prefix}_{table}_{}", columns.join("_")))
        .table(table);
    for column in columns {
        index.col(column);
    }
    index
}
