//! Two actors work on one graph, one of them is taken back: exactly what the other made stands.

mod world;

use std::{collections::HashSet, time::Duration};

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use protocol::changesets::LeftReason;

use self::world::{Step, Who, World, step};
use super::{Before, By, Change, History, undo::Plan};

/// How long one history is.
const STEPS_MAX: usize = 40;
const CASES: u32 = 400;
const CASES_LONG: u32 = 10_000;

/// Reads the log as the server does.
fn planned(world: &World, chosen: impl Fn(u32) -> bool) -> (Plan, usize) {
    let mut changes = Vec::new();
    for (event, who) in &world.log {
        if let (Who::Set, Some(change)) = (who, Change::of(event)) {
            changes.push((u32::try_from(changes.len() + 1).unwrap(), change));
        }
    }
    let items: HashSet<u32> = changes.iter().map(|(item, _)| *item).collect();
    let items: HashSet<u32> = items.into_iter().filter(|item| chosen(*item)).collect();
    let count = changes.len();
    let mut history = History::of(changes);
    let is_set = |(_, who): &(_, Who)| *who == Who::Set;
    let first = world.log.iter().position(is_set);
    let first = first.unwrap_or(world.log.len());
    let mut number = 0;
    for (event, who) in &world.log[first..] {
        let by = match who {
            Who::Set => {
                number += 1;
                By::Item(number)
            }
            Who::Others => By::Others,
        };
        history.follow(event, by);
    }
    let (mut wanted, mut before) = (history.wanted(), Before::default());
    for (event, _) in world.log[..first].iter().rev() {
        wanted.look_in(event, &mut before);
    }
    (history.plan(&before, &items), count)
}

fn world_after(steps: &[(bool, Step)]) -> World {
    let mut world = World::default();
    for (is_set, step) in steps {
        let who = if *is_set { Who::Set } else { Who::Others };
        world.take(who, step);
    }
    world
}

/// The first steps are the others': the set finds something to change.
fn history() -> impl Strategy<Value = Vec<(bool, Step)>> {
    let before = prop::collection::vec((Just(false), step()), 0..STEPS_MAX / 2);
    let after = prop::collection::vec((any::<bool>(), step()), 1..STEPS_MAX);
    (before, after).prop_map(|(before, after)| before.into_iter().chain(after).collect())
}

fn cases() -> u32 {
    let is_long = option_env!("TEST_LONG").is_some() || std::env::var_os("TEST_LONG").is_some();
    if is_long { CASES_LONG } else { CASES }
}

fn config() -> Config {
    Config {
        cases: cases(),
        max_shrink_time: u32::try_from(Duration::from_secs(60).as_millis()).unwrap(),
        ..Config::default()
    }
}

#[test]
fn after_a_revert_exactly_what_others_made_stands() {
    let mut runner = TestRunner::new(config());
    let outcome = runner.run(&history(), |steps| {
        let world = world_after(&steps);
        let (plan, _) = planned(&world, |_| true);
        let after = world.carry_out(&plan);
        after.holds_what_others_made(&world, &plan);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn a_part_that_is_taken_back_takes_nothing_with_it() {
    let mut runner = TestRunner::new(config());
    let parts = (history(), any::<u64>());
    let outcome = runner.run(&parts, |(steps, part)| {
        let world = world_after(&steps);
        let (plan, _) = planned(&world, |item| part >> (item % 64) & 1 == 1);
        let after = world.carry_out(&plan);
        after.keeps_the_words_of_others(&world);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn what_nobody_touched_goes_back_to_what_it_was() {
    let mut runner = TestRunner::new(config());
    let steps = || prop::collection::vec(step(), 1..STEPS_MAX);
    let outcome = runner.run(&(steps(), steps()), |(before, set)| {
        let steps = before.iter().map(|step| (false, step.clone()));
        let start = world_after(&steps.clone().collect::<Vec<_>>());
        let set = set.iter().map(|step| (true, step.clone()));
        let world = world_after(&steps.chain(set).collect::<Vec<_>>());
        let (plan, count) = planned(&world, |_| true);
        let after = world.carry_out(&plan);
        let is_excused = |reason| reason == LeftReason::Gone;
        prop_assert!(
            plan.left.iter().all(|left| is_excused(left.reason)),
            "{plan:#?}"
        );
        prop_assert!(plan.steps.len() <= count);
        prop_assert_eq!(after.seen(), start.seen());
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
