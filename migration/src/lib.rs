//! The history of the schema, append only: a migration that was released is never edited.
//!
//! Nothing here opens a connection. `platform` runs the migrations, and takes the lock that lets
//! several instances start at once.

#![expect(
    elided_lifetimes_in_paths,
    reason = "the signatures of MigrationTrait leave out the lifetime of the schema manager"
)]

mod ddl;
mod m20261121_000001_accounts;
mod m20261121_000002_projects;
mod m20261121_000003_canvas;
mod m20261121_000004_log;
mod m20261121_000005_jobs;
mod m20261121_000006_hub;
mod m20261121_000007_generation;
mod m20261128_000008_effects;
mod m20261128_000009_job_queues;
mod m20261128_000010_key_op_ids;
mod m20261128_000011_chunk_ends;
mod m20261128_000013_public_since;
mod m20261128_000014_transfers;
mod m20261129_000015_stored_bytes;
mod m20261129_000016_senders;
mod m20261129_000017_changesets;
mod m20261129_000018_agents;
mod m20261129_000019_answers_of_tasks;
mod m20261129_000020_mentions;
mod m20261129_000021_tool_servers;
mod m20261129_000022_node_kinds;
mod m20261129_000023_conversations;
mod m20261129_000030_audit_values;
mod m20261129_000031_old_notes;
mod m20261129_000032_old_trash;
mod m20261129_000033_addresses_and_stays;
mod m20261129_000034_avatars;
mod m20261129_000035_waiting_for_tags;
mod m20261129_000036_listed_and_votes;
mod m20261129_000037_layouts;
mod m20261129_000038_notifications;
mod m20261129_000039_people_mentioned;
mod m20261129_000040_media;
mod m20261129_000041_voice;
mod m20261129_000044_links;
mod m20261130_000045_push;
mod m20261130_000050_authors_and_parts;
mod m20261130_000051_media_nodes;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{MigrationTrait, async_trait};

/// Every migration, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_accounts::Migration),
            Box::new(m20261121_000002_projects::Migration),
            Box::new(m20261121_000003_canvas::Migration),
            Box::new(m20261121_000004_log::Migration),
            Box::new(m20261121_000005_jobs::Migration),
            Box::new(m20261121_000006_hub::Migration),
            Box::new(m20261121_000007_generation::Migration),
            Box::new(m20261128_000008_effects::Migration),
            Box::new(m20261128_000009_job_queues::Migration),
            Box::new(m20261128_000010_key_op_ids::Migration),
            Box::new(m20261128_000011_chunk_ends::Migration),
            Box::new(m20261128_000013_public_since::Migration),
            Box::new(m20261128_000014_transfers::Migration),
            Box::new(m20261129_000015_stored_bytes::Migration),
            Box::new(m20261129_000016_senders::Migration),
            Box::new(m20261129_000017_changesets::Migration),
            Box::new(m20261129_000018_agents::Migration),
            Box::new(m20261129_000019_answers_of_tasks::Migration),
            Box::new(m20261129_000020_mentions::Migration),
            Box::new(m20261129_000021_tool_servers::Migration),
            Box::new(m20261129_000022_node_kinds::Migration),
            Box::new(m20261129_000023_conversations::Migration),
            Box::new(m20261129_000030_audit_values::Migration),
            Box::new(m20261129_000031_old_notes::Migration),
            Box::new(m20261129_000032_old_trash::Migration),
            Box::new(m20261129_000033_addresses_and_stays::Migration),
            Box::new(m20261129_000034_avatars::Migration),
            Box::new(m20261129_000035_waiting_for_tags::Migration),
            Box::new(m20261129_000036_listed_and_votes::Migration),
            Box::new(m20261129_000037_layouts::Migration),
            Box::new(m20261129_000038_notifications::Migration),
            Box::new(m20261129_000039_people_mentioned::Migration),
            Box::new(m20261129_000040_media::Migration),
            Box::new(m20261129_000041_voice::Migration),
            Box::new(m20261129_000044_links::Migration),
            Box::new(m20261130_000045_push::Migration),
            Box::new(m20261130_000050_authors_and_parts::Migration),
            Box::new(m20261130_000051_media_nodes::Migration),
        ]
    }
}
