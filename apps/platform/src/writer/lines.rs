//! The lines in which the commands of one queue wait, one for each project or account, so that
//! whoever sends many waits behind themselves.

use std::collections::{HashMap, HashSet, VecDeque};

use super::{call::Subject, queued::QueuedCommand, work::HEAVY_VISITS};

/// How many commands may wait for one project; beyond that the answer is `busy`.
pub const PROJECT_MAILBOX_MAX: usize = 1_024;

/// How many commands wait in all lines of one queue; those beyond wait in its mailbox, which has a limit of its own.
const LINES_COMMANDS_MAX: usize = PROJECT_MAILBOX_MAX * 8;

/// Commands that are carried out together.
pub(super) struct Group {
    pub(super) commands: Vec<QueuedCommand>,
    /// Of a project whose commands look at so much that nobody should share its transaction.
    pub(super) is_heavy: bool,
}

pub(super) struct Lines {
    waiting: HashMap<Subject, VecDeque<QueuedCommand>>,
    /// Whoever has a line, in the order in which it is their turn.
    turns: VecDeque<Subject>,
    /// Whose last command looked at much.
    heavy: HashSet<Subject>,
    last_was_light: bool,
    line_commands_max: usize,
}

impl Lines {
    pub(super) fn new(line_commands_max: usize) -> Self {
        Self {
            waiting: HashMap::new(),
            turns: VecDeque::new(),
            heavy: HashSet::new(),
            last_was_light: false,
            line_commands_max,
        }
    }

    /// How many commands more may wait in the lines.
    pub(super) fn room(&self) -> usize {
        let waiting = self.waiting.values().map(VecDeque::len).sum();
        LINES_COMMANDS_MAX.saturating_sub(waiting)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// Puts a command at the end of its line, or gives it back if the line is full.
    pub(super) fn add(&mut self, queued: QueuedCommand) -> Option<QueuedCommand> {
        let commands_max = self.line_commands_max;
        let line = self.line(queued.subject);
        if line.len() >= commands_max {
            return Some(queued);
        }
        line.push_back(queued);
        None
    }

    /// Puts commands back that a group did not come to, in front of their lines.
    pub(super) fn put_back(&mut self, commands: Vec<QueuedCommand>) {
        for queued in commands.into_iter().rev() {
            self.line(queued.subject).push_front(queued);
        }
    }

    fn line(&mut self, subject: Subject) -> &mut VecDeque<QueuedCommand> {
        let turns = &mut self.turns;
        self.waiting.entry(subject).or_insert_with(|| {
            turns.push_back(subject);
            VecDeque::new()
        })
    }

    /// Takes note of what a command looked at.
    pub(super) fn learn(&mut self, subject: Subject, visits: u64) {
        if visits > HEAVY_VISITS {
            self.heavy.insert(subject);
        } else {
            self.heavy.remove(&subject);
        }
    }

    pub(super) fn forget_heavy(&mut self) {
        self.heavy.clear();
    }

    /// The commands whose turn it is: one of a heavy project alone, or of all others one after the other.
    /// While both wait, they take turns.
    pub(super) fn next_group(&mut self, commands_max: usize) -> Option<Group> {
        let heavy = (self.turns.iter()).position(|subject| self.heavy.contains(subject));
        let has_light = self.turns.len() > self.heavy_waiting();
        let group = match heavy {
            Some(place) if self.last_was_light || !has_light => self.heavy_group(place),
            _ => self.light_group(commands_max),
        };
        self.last_was_light = !group.is_heavy;
        (!group.commands.is_empty()).then_some(group)
    }

    fn heavy_waiting(&self) -> usize {
        (self.turns.iter())
            .filter(|subject| self.heavy.contains(subject))
            .count()
    }

    fn heavy_group(&mut self, place: usize) -> Group {
        let subject = self.turns.remove(place);
        let command = subject.and_then(|subject| self.take_turn(subject));
        Group {
            commands: command.into_iter().collect(),
            is_heavy: true,
        }
    }

    fn light_group(&mut self, commands_max: usize) -> Group {
        let mut commands = Vec::new();
        let mut passed = VecDeque::new();
        while commands.len() < commands_max
            && let Some(subject) = self.turns.pop_front()
        {
            if self.heavy.contains(&subject) {
                passed.push_back(subject);
            } else {
                commands.extend(self.take_turn(subject));
            }
        }
        // Heavy projects keep their places before whoever came later.
        passed.append(&mut self.turns);
        self.turns = passed;
        Group {
            commands,
            is_heavy: false,
        }
    }

    /// The next command of a line, whose turn comes again after everybody else's.
    fn take_turn(&mut self, subject: Subject) -> Option<QueuedCommand> {
        let line = self.waiting.get_mut(&subject)?;
        let command = line.pop_front();
        if line.is_empty() {
            self.waiting.remove(&subject);
        } else {
            self.turns.push_back(subject);
        }
        command
    }

    /// Everybody who waits.
    pub(super) fn take_all(&mut self) -> Vec<QueuedCommand> {
        self.turns.clear();
        self.waiting.drain().flat_map(|(_, line)| line).collect()
    }
}

#[cfg(test)]
mod tests {
    use futures::future::BoxFuture;
    use kernel::{ProjectId, Result};

    use super::*;
    use crate::writer::{
        call::Caller,
        command::{Done, Work},
        write::Write,
    };

    const LINE_MAX: usize = 10;

    struct Nothing;

    impl Work for Nothing {
        fn run<'w>(&'w mut self, _: &'w mut Write) -> BoxFuture<'w, Result<()>> {
            Box::pin(async { Ok(()) })
        }

        fn answer(self: Box<Self>, _: Result<Done>) {}
    }

    fn command(subject: Subject) -> QueuedCommand {
        QueuedCommand {
            subject,
            caller: Caller::server(),
            op: None,
            work: Box::new(Nothing),
            visits: 0,
        }
    }

    fn projects<const N: usize>() -> [Subject; N] {
        std::array::from_fn(|_| Subject::Project(ProjectId::generate()))
    }

    fn of(commands: impl IntoIterator<Item = Subject>) -> Lines {
        let mut lines = Lines::new(LINE_MAX);
        for subject in commands {
            assert!(lines.add(command(subject)).is_none());
        }
        lines
    }

    fn next(lines: &mut Lines, commands_max: usize) -> Vec<Subject> {
        let group = lines.next_group(commands_max);
        let commands = group.map(|group| group.commands).unwrap_or_default();
        commands.iter().map(|queued| queued.subject).collect()
    }

    #[test]
    fn whoever_sends_many_waits_behind_themselves() {
        let [greedy, other] = projects();
        let mut lines = of([greedy, greedy, greedy, greedy, other]);

        assert_eq!(next(&mut lines, 2), [greedy, other]);
        assert_eq!(next(&mut lines, 2), [greedy, greedy]);
        assert_eq!(next(&mut lines, 2), [greedy]);
        assert!(lines.next_group(2).is_none() && lines.is_empty());
    }

    #[test]
    fn heavy_projects_change_alone_and_in_turns_with_all_others() {
        let [one, two, light] = projects();
        let mut lines = of([one, one, two, light, light, light]);
        lines.learn(one, HEAVY_VISITS + 1);
        lines.learn(two, HEAVY_VISITS + 1);

        assert_eq!(next(&mut lines, 2), [light, light]);
        assert_eq!(next(&mut lines, 2), [one]);
        assert_eq!(next(&mut lines, 2), [light]);
        assert_eq!(next(&mut lines, 2), [two]);
        lines.learn(one, HEAVY_VISITS);
        assert_eq!(lines.add(command(light)).map(|queued| queued.subject), None);
        assert_eq!(next(&mut lines, 2), [one, light]);
    }

    #[test]
    fn what_a_group_did_not_come_to_is_next() {
        let [one, two] = projects();
        let mut lines = of([one, two, two]);
        let group = lines.next_group(3).map(|group| group.commands);
        let mut commands = group.unwrap_or_default();

        lines.put_back(commands.split_off(1));

        assert_eq!(next(&mut lines, 3), [two, two]);
    }

    #[test]
    fn a_full_line_takes_no_more_and_leaves_room_for_others() {
        let [greedy, other] = projects();
        let mut lines = of([greedy; LINE_MAX]);

        assert!(lines.add(command(greedy)).is_some());
        assert!(lines.add(command(other)).is_none());
        assert_eq!(lines.take_all().len(), LINE_MAX + 1);
        assert!(lines.is_empty());
    }
}
