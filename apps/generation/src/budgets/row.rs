use entity::budget;
use kernel::{ProjectId, UserId};
use platform::convert;
use protocol::budgets::{Budget, Dollars, Tokens};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::money;

pub(crate) fn to_view(row: &budget::Model) -> Budget {
    let budget::Model {
        id: _,
        project_id: _,
        user_id,
        period,
        tokens_max,
        nanos_max,
    } = *row;
    Budget {
        user_id: (!user_id.is_nil()).then(|| user_id.into()),
        period: convert::budget_period(period),
        tokens_max: tokens_max.and_then(|max| Tokens::try_from(max).ok()),
        cost_max: nanos_max.map(|nanos| Dollars::stored(money::dollars(nanos))),
    }
}

pub(super) fn new_row(project: ProjectId, view: &Budget) -> budget::ActiveModel {
    budget::ActiveModel {
        id: Set(Uuid::now_v7()),
        project_id: Set(project.uuid()),
        user_id: Set(view.user_id.map(UserId::uuid).unwrap_or_default()),
        period: Set(convert::stored_budget_period(view.period)),
        tokens_max: Set(view.tokens_max.map(Tokens::get)),
        nanos_max: Set(view.cost_max.map(|dollars| money::nanos(dollars.get()))),
    }
}
