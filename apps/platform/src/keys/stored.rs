//! Which key stored values are made with, asked of the database.

use sea_orm::{
    ColumnTrait, Condition, ExprTrait,
    sea_query::{Expr, Func, SimpleExpr},
};

use super::Keys;

impl Keys {
    /// Rows whose `column` is sealed with this key.
    pub fn is_sealed_with(&self, id: &str, column: impl ColumnTrait) -> Condition {
        let marks = self.sealing.all().iter().map(|key| (&key.id, key.mark()));
        let mut sealed = Condition::all().add(column.is_not_null());
        for (of, mark) in marks.filter(|(_, mark)| !mark.is_empty()) {
            if of == id {
                return Condition::all().add(begins(column, mark));
            }
            sealed = sealed.add(begins(column, mark).not());
        }
        // What begins with no name of a key is the first one's.
        sealed
    }

    /// Rows whose `column` is a password's hash with this pepper.
    pub fn is_hashed_with(&self, id: &str, column: impl ColumnTrait) -> SimpleExpr {
        let pepper = self.peppers.all().iter().find(|key| key.id == id);
        let label = pepper.map_or(id, |key| key.label());
        column.like(format!("{label}$%"))
    }
}

fn begins(column: impl ColumnTrait, mark: Vec<u8>) -> SimpleExpr {
    let length = i32::try_from(mark.len()).unwrap_or(i32::MAX);
    let start = Func::cust("substr")
        .arg(Expr::col(column.as_column_ref()))
        .arg(Expr::value(1_i32))
        .arg(Expr::value(length));
    Expr::expr(start).eq(mark)
}
