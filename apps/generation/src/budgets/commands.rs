use std::collections::HashSet;

use entity::budget;
use kernel::{Error, Permission, ProjectId, Result};
use platform::{Command, Ctx, ProjectCommand, Write, db, writer::Record};
use protocol::{
    budgets::{BUDGETS_PER_PROJECT_MAX, Budget, Budgets, BudgetsView},
    events::Event,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    queries::{self, all},
    row::{new_row, to_view},
};

/// Puts these budgets in the place of all there were.
pub(super) async fn replace(ctx: &Ctx, project: ProjectId, input: Budgets) -> Result<BudgetsView> {
    ctx.write(project, Replace { input }).await?;
    queries::view(ctx, project).await
}

#[derive(Debug)]
struct Replace {
    input: Budgets,
}

impl Command for Replace {
    type Output = ();

    async fn apply(&self, write: &mut Write) -> Result<()> {
        let input = &self.input;
        write.require(Permission::PROJECT_WRITE)?;
        check(write, &input.items)?;
        let project = write.project_id()?;
        let before = all(write.read().await?, project).await?;
        let before: Vec<Budget> = before.iter().map(to_view).collect();
        let is_known = |budget: &Budget| before.contains(budget);
        if before.len() == input.items.len() && input.items.iter().all(is_known) {
            return Ok(());
        }
        budget::Entity::delete_many()
            .filter(budget::Column::ProjectId.eq(project.uuid()))
            .exec(write.conn().await?)
            .await
            .map_err(db)?;
        for budget in &input.items {
            write
                .insert::<budget::Entity>(new_row(project, budget))
                .await?;
        }
        write.record(Record::new("budgets.replace", "project", project.uuid()));
        Ok(())
    }
}

impl ProjectCommand for Replace {
    fn replay(&self, _event: &Event) -> Result<()> {
        Ok(())
    }
}

fn check(write: &Write, budgets: &[Budget]) -> Result<()> {
    if budgets.len() > BUDGETS_PER_PROJECT_MAX {
        let detail = format!("must hold at most {BUDGETS_PER_PROJECT_MAX} budgets");
        return Err(Error::invalid("/items", detail));
    }
    let mut seen = HashSet::with_capacity(budgets.len());
    for (index, budget) in budgets.iter().enumerate() {
        let wrong = |field: &str, detail: &str| {
            Err(Error::invalid(format!("/items/{index}{field}"), detail))
        };
        if budget.tokens_max.is_none() && budget.cost_max.is_none() {
            return wrong("", "must limit tokens or money");
        }
        if let Some(user) = budget.user_id
            && write.role_of(user).is_none()
        {
            return wrong("/userId", "must be a member of the project");
        }
        if !seen.insert((budget.user_id, budget.period)) {
            return wrong("", "is the second budget of this period for the same");
        }
    }
    Ok(())
}
