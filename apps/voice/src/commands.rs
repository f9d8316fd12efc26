//! Every way interactions change.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    enums::{VoiceStatus, VoiceType},
    node, user, voice_interaction,
};
use generation::calls::{self, Amount, Spender};
use kernel::{Error, GenerationId, NodeId, Permission, ProjectId, Result, VoiceId};
use platform::{
    Command, Platform, ProjectCommand, Write, db,
    jobs::{Job, JobContext, Queue},
    writer::Record,
};
use protocol::{events::Event, voice::VoiceFault};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect, QueryTrait, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

const MINUTE: TimeDelta = TimeDelta::minutes(1);
/// How much longer than it may take an interaction is waited for before it is given up.
const GRACE: TimeDelta = TimeDelta::seconds(5);
/// Those that are not over.
const OPEN: [VoiceStatus; 2] = [VoiceStatus::Pending, VoiceStatus::Processing];

/// Reserves what an interaction may cost, and says that it begins.
#[derive(Clone, Debug)]
pub(crate) struct Begin {
    pub(crate) id: VoiceId,
    pub(crate) kind: VoiceType,
    pub(crate) node: Option<NodeId>,
    pub(crate) generation: Option<GenerationId>,
    pub(crate) text: Option<String>,
    pub(crate) duration: Option<f64>,
    pub(crate) language: String,
    pub(crate) model: String,
    pub(crate) metadata: Value,
    pub(crate) amount: Amount,
    pub(crate) limits: Limits,
}

/// What the settings let one person do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) at_once: u64,
    pub(crate) per_minute: Option<u64>,
    /// How long it may take.
    pub(crate) total: TimeDelta,
}

impl Limits {
    pub(crate) fn of(platform: &Platform) -> Self {
        let (voice, rates) = (&platform.settings.voice, &platform.settings.rates);
        let total = i64::try_from(voice.total_ms).unwrap_or(i64::MAX);
        Self {
            at_once: voice.at_once_per_person.into(),
            per_minute: rates.enabled.then_some(voice.per_minute.into()),
            total: TimeDelta::try_milliseconds(total).unwrap_or(TimeDelta::days(1)),
        }
    }
}

impl Command for Begin {
    type Output = voice_interaction::Model;

    async fn apply(&self, write: &mut Write) -> Result<voice_interaction::Model> {
        write.require(Permission::RUN)?;
        let (project, user) = (write.project_id()?, write.user_id()?);
        if let Some(node) = self.node {
            let found = node::Entity::find_by_id((project.uuid(), node.uuid()));
            let found = found.one(write.read().await?).await.map_err(db)?;
            found
                .filter(|node| node.deleted_at.is_none())
                .ok_or(Error::NotFound("node"))?;
        }
        self.limits.check(write).await?;
        let spender = Spender {
            by: user,
            agent: None,
            task: None,
        };
        calls::reserve(write, spender, self.amount).await?;
        let row = voice_interaction::ActiveModel {
            id: Set(self.id.uuid()),
            kind: Set(self.kind),
            user_id: Set(user.uuid()),
            project_id: Set(project.uuid()),
            node_id: Set(self.node.map(NodeId::uuid)),
            generation_id: Set(self.generation.map(GenerationId::uuid)),
            text: Set(self.text.clone()),
            audio: Set(None),
            audio_type: Set(None),
            duration: Set(self.duration),
            status: Set(VoiceStatus::Pending),
            error: Set(None),
            language: Set(self.language.clone()),
            metadata: Set(Some(self.metadata.clone())),
            model: Set(self.model.clone()),
            tokens: Set(0),
            cost_nanos: Set(0),
            reserved_tokens: Set(self.amount.tokens),
            reserved_nanos: Set(self.amount.nanos),
            created_at: Set(write.now()),
            finished_at: Set(None),
        };
        let row = row.insert(write.conn().await?).await.map_err(db)?;
        let overdue_at = write.now() + self.limits.total + GRACE;
        write.enqueue_at(overdue_at, &GiveUp { id: self.id })?;
        let action = match self.kind {
            VoiceType::SpeechToText => "voice.transcribe",
            VoiceType::TextToSpeech => "voice.speak",
        };
        write.record(Record::new(action, "voice interaction", self.id.uuid()));
        Ok(row)
    }
}

impl ProjectCommand for Begin {
    fn replay(&self, _event: &Event) -> Result<voice_interaction::Model> {
        // It is no event, so it is never found under its id.
        Err(Error::OpReused)
    }
}

impl Limits {
    /// Refuses what is too much of one person, on whichever instance.
    async fn check(self, write: &mut Write) -> Result<()> {
        use voice_interaction::Column;
        write.lock_people().await?;
        let (user, now) = (write.user_id()?, write.now());
        let own = voice_interaction::Entity::find().filter(Column::UserId.eq(user.uuid()));
        let open = own.clone().filter(Column::Status.is_in(OPEN));
        let begun = own.filter(Column::CreatedAt.gt(now - MINUTE));
        let connection = write.read().await?;
        let retry_after = if open.count(connection).await.map_err(db)? >= self.at_once {
            std::time::Duration::from_secs(2)
        } else if let Some(most) = self.per_minute
            && begun.count(connection).await.map_err(db)? >= most
        {
            std::time::Duration::from_secs(60)
        } else {
            return Ok(());
        };
        Err(Error::RateLimited { retry_after })
    }
}

/// A provider is about to be asked.
pub(crate) struct Process {
    pub(crate) id: VoiceId,
}

impl Command for Process {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("its beginning is recorded");
        voice_interaction::Entity::update_many()
            .col_expr(
                voice_interaction::Column::Status,
                Expr::value(VoiceStatus::Processing),
            )
            .filter(voice_interaction::Column::Id.eq(self.id.uuid()))
            .filter(voice_interaction::Column::Status.eq(VoiceStatus::Pending))
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}

/// What came of an interaction. What was reserved for it and not used is free again.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub(crate) id: VoiceId,
    pub(crate) fault: Option<VoiceFault>,
    /// What was heard, if that is what it is about.
    pub(crate) text: Option<String>,
    pub(crate) sound: Option<KeptSound>,
    /// Seconds, if more is known of them now.
    pub(crate) duration: Option<f64>,
    pub(crate) used: Amount,
}

/// Sound that is kept.
#[derive(Clone, Debug)]
pub(crate) struct KeptSound {
    pub(crate) blob: platform::blobs::BlobId,
    pub(crate) mime: String,
    pub(crate) bytes: u64,
}

impl Command for End {
    /// As it is now, if it is there.
    type Output = Option<voice_interaction::Model>;

    async fn apply(&self, write: &mut Write) -> Result<Option<voice_interaction::Model>> {
        write.unrecorded("its beginning is recorded, and what it cost stands in its row");
        let row = voice_interaction::Entity::find_by_id(self.id.uuid());
        let row = row.one(write.read().await?).await.map_err(db)?;
        let Some(row) = row.filter(|row| OPEN.contains(&row.status)) else {
            return row_that_ended(write, self.id).await;
        };
        if self.fault == Some(VoiceFault::ProviderRefusedKey) {
            write.enqueue(&KeyRefused {
                project: row.project_id.into(),
                node: row.node_id.map(Into::into),
                model: row.model.clone(),
                at: write.now(),
            })?;
        }
        let mut metadata = row.metadata.clone();
        let mut changed = voice_interaction::ActiveModel::from(row);
        if let Some(sound) = &self.sound {
            if let Some(Value::Object(fields)) = &mut metadata {
                fields.insert("bytes".to_owned(), sound.bytes.into());
            }
            changed.audio = Set(Some(sound.blob.to_vec()));
            changed.audio_type = Set(Some(sound.mime.clone()));
            changed.metadata = Set(metadata);
        }
        if let Some(text) = &self.text {
            changed.text = Set(Some(text.clone()));
        }
        if let Some(duration) = self.duration {
            changed.duration = Set(Some(duration));
        }
        changed.status = Set(match self.fault {
            None => VoiceStatus::Completed,
            Some(_) => VoiceStatus::Failed,
        });
        changed.error = Set(self.fault.map(|fault| fault.word().to_owned()));
        changed.tokens = Set(self.used.tokens);
        changed.cost_nanos = Set(self.used.nanos);
        changed.reserved_tokens = Set(0);
        changed.reserved_nanos = Set(0);
        changed.finished_at = Set(Some(write.now()));
        let row = changed.update(write.conn().await?).await.map_err(db)?;
        Ok(Some(row))
    }
}

async fn row_that_ended(
    write: &mut Write,
    id: VoiceId,
) -> Result<Option<voice_interaction::Model>> {
    let row = voice_interaction::Entity::find_by_id(id.uuid());
    row.one(write.read().await?).await.map_err(db)
}

/// What people said and heard goes with their accounts; what it cost stays with the projects that it was for.
pub(crate) struct ForgetWords;

impl Command for ForgetWords {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        write.unrecorded("the end of an account is recorded");
        let gone = user::Entity::find()
            .select_only()
            .column(user::Column::Id)
            .filter(user::Column::DeletedAt.is_not_null());
        voice_interaction::Entity::update_many()
            .col_expr(
                voice_interaction::Column::Text,
                Expr::value(Option::<String>::None),
            )
            .filter(voice_interaction::Column::Text.is_not_null())
            .filter(voice_interaction::Column::UserId.in_subquery(gone.into_query()))
            .exec(write.conn().await?)
            .await
            .map(drop)
            .map_err(db)
    }
}

/// A provider refused the server's key: what is to be told of it is known above.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeyRefused {
    pub project: ProjectId,
    pub node: Option<NodeId>,
    pub model: String,
    pub at: DateTime<Utc>,
}

impl Job for KeyRefused {
    const KIND: &'static str = "voice.key-refused";
    const QUEUE: Queue = Queue::Short;
}

/// Ends an interaction whose server was not heard of any more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct GiveUp {
    id: VoiceId,
}

impl Job for GiveUp {
    const KIND: &'static str = "voice.give-up";
    const QUEUE: Queue = Queue::Short;
}

pub(crate) async fn give_up(GiveUp { id }: GiveUp, context: JobContext) -> Result<()> {
    let end = End {
        id,
        fault: Some(VoiceFault::Interrupted),
        text: None,
        sound: None,
        duration: None,
        used: Amount::default(),
    };
    context.platform.writer.housekeep(end).await.map(drop)
}
