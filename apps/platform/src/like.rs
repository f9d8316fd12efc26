//! Finding words in stored texts, alike on both databases.

use sea_orm::{
    ExprTrait, IntoSimpleExpr,
    sea_query::{Expr, Func, LikeExpr, SimpleExpr},
};

/// Whether a column holds this text somewhere, in capitals or not. What is a sign of LIKE stands for itself.
pub fn contains(column: impl IntoSimpleExpr, text: &str) -> SimpleExpr {
    let literal: String = text.to_lowercase().chars().flat_map(escaped).collect();
    let pattern = LikeExpr::new(format!("%{literal}%")).escape('\\');
    Expr::expr(Func::lower(column.into_simple_expr())).like(pattern)
}

/// Whether a column begins with this text, letter by letter.
pub fn begins(column: impl IntoSimpleExpr, text: &str) -> SimpleExpr {
    let literal: String = text.chars().flat_map(escaped).collect();
    let pattern = LikeExpr::new(format!("{literal}%")).escape('\\');
    Expr::expr(column.into_simple_expr()).like(pattern)
}

fn escaped(letter: char) -> impl Iterator<Item = char> {
    let escape = matches!(letter, '%' | '_' | '\\').then_some('\\');
    escape.into_iter().chain([letter])
}
