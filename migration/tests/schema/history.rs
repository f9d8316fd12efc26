//! Up, down, up: what a database looks like after each, told from its own catalogue.

use migration::{Migrator, MigratorTrait};
use sea_orm_migration::sea_orm::{DatabaseConnection, TransactionTrait};

use crate::engines::{catalogue, on_each_engine};

#[tokio::test]
async fn going_down_leaves_nothing_and_going_up_again_leaves_the_same() {
    on_each_engine(async |db| {
        Migrator::up(db, None).await.expect("the migrations run");
        let first = definitions(db).await;
        assert!(
            !first.is_empty(),
            "the catalogue shows what the migrations made"
        );

        Migrator::down(db, None)
            .await
            .expect("the migrations are undone");
        assert_eq!(definitions(db).await, Vec::<String>::new());

        Migrator::up(db, None)
            .await
            .expect("the migrations run again");
        assert_eq!(definitions(db).await, first);
    })
    .await;
}

#[tokio::test]
async fn each_migration_can_be_undone_and_redone_alone() {
    on_each_engine(async |db| {
        for _ in Migrator::migrations() {
            Migrator::up(db, Some(1)).await.expect("the migration runs");
            let before = definitions(db).await;

            Migrator::down(db, Some(1))
                .await
                .expect("the migration is undone");
            Migrator::up(db, Some(1))
                .await
                .expect("the migration runs again");

            assert_eq!(definitions(db).await, before);
        }
    })
    .await;
}

#[tokio::test]
async fn migrating_a_migrated_database_changes_nothing() {
    on_each_engine(async |db| {
        Migrator::up(db, None).await.expect("the migrations run");
        let before = definitions(db).await;

        Migrator::up(db, None)
            .await
            .expect("there is nothing left to do");

        assert_eq!(definitions(db).await, before);
    })
    .await;
}

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "stands in for platform, which migrates under a lock"
)]
async fn migrating_inside_a_transaction_is_undone_with_it() {
    on_each_engine(async |db| {
        let transaction = db.begin().await.expect("the transaction begins");
        Migrator::up(&transaction, None)
            .await
            .expect("the migrations run");

        transaction
            .rollback()
            .await
            .expect("the transaction is rolled back");

        assert_eq!(definitions(db).await, Vec::<String>::new());
    })
    .await;
}

/// Every column, constraint and index, in words of the engine. The migrations' own record is left out.
async fn definitions(db: &DatabaseConnection) -> Vec<String> {
    catalogue(
        db,
        "SELECT COALESCE(sql, name) AS line FROM sqlite_master
         WHERE tbl_name <> 'seaql_migrations' ORDER BY 1",
        "SELECT line FROM (
             SELECT table_name, concat_ws(' ', table_name, column_name, data_type, is_nullable,
                    column_default) AS line
             FROM information_schema.columns WHERE table_schema = 'public'
             UNION ALL
             SELECT conrelid::regclass::text, concat_ws(' ', conrelid::regclass::text, conname,
                    pg_get_constraintdef(oid))
             FROM pg_constraint WHERE connamespace = 'public'::regnamespace
             UNION ALL
             SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
         ) AS catalogue WHERE table_name <> 'seaql_migrations' ORDER BY 1",
    )
    .await
}
