//! Entities and migrations describe the same tables: same columns, types and nullability, and every
//! value comes back as it was stored.

use migration::{Migrator, MigratorTrait};
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, Schema};

use crate::engines::{catalogue, on_each_engine, on_each_migrated_engine};
use crate::samples::{Fill, Sample, for_each_entity, sample, store_sample};

#[tokio::test]
async fn the_migrated_tables_have_exactly_the_columns_of_the_entities() {
    on_each_engine(async |db| {
        Migrator::up(db, None).await.expect("the migrations run");
        let migrated = columns(db).await;
        Migrator::down(db, None)
            .await
            .expect("the migrations are undone");

        for_each_entity!(create_table(db));

        let described = columns(db).await;
        let unmigrated = lines_only_in(&described, &migrated);
        let unknown = lines_only_in(&migrated, &described);
        assert_eq!(
            unmigrated,
            Vec::<&String>::new(),
            "known to the entities only"
        );
        assert_eq!(unknown, Vec::<&String>::new(), "known to the database only");
    })
    .await;
}

#[tokio::test]
async fn every_entity_reads_back_what_it_stored() {
    on_each_migrated_engine(async |db| {
        for_each_entity!(store_and_read(db, Fill::Everything));
    })
    .await;
}

#[tokio::test]
async fn every_entity_can_leave_out_what_may_be_absent() {
    on_each_migrated_engine(async |db| {
        for_each_entity!(store_and_read(db, Fill::Required));
    })
    .await;
}

async fn create_table<E: Sample>(db: &DatabaseConnection) {
    let table = Schema::new(db.get_database_backend()).create_table_from_entity(E::default());
    db.execute(&table)
        .await
        .expect("the entity describes a table");
}

async fn store_and_read<E: Sample>(db: &DatabaseConnection, fill: Fill) {
    store_sample::<E>(db, fill).await;

    let found = E::find()
        .all(db)
        .await
        .expect("the entity knows every column");

    assert!(found.contains(&E::to_model(sample::<E>(fill))), "{found:?}");
}

fn lines_only_in<'a>(here: &'a [String], there: &[String]) -> Vec<&'a String> {
    here.iter().filter(|line| !there.contains(line)).collect()
}

/// Table, column, type and nullability of every column.
async fn columns(db: &DatabaseConnection) -> Vec<String> {
    catalogue(
        db,
        "SELECT t.name || ' ' || c.name || ' ' || c.type || ' not_null=' || c.\"notnull\"
                || ' key=' || c.pk AS line
         FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c
         WHERE t.type = 'table' AND t.name <> 'seaql_migrations' ORDER BY 1",
        "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable) AS line
         FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> 'seaql_migrations' ORDER BY 1",
    )
    .await
}
