//! JSON schemas of arguments, whole: a model is told of one tool at a time and follows no references.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

const PREFIX: &str = "#/components/schemas/";
/// Deeper than any arguments are.
const LEVELS_MAX: usize = 16;

pub(crate) fn of<T: ToSchema + PartialSchema>() -> Value {
    let mut known: Vec<(String, RefOr<Schema>)> = Vec::new();
    T::schemas(&mut known);
    let known: BTreeMap<String, Value> = known
        .into_iter()
        .map(|(name, schema)| (name, json!(schema)))
        .collect();
    whole(json!(T::schema()), &known, 0)
}

/// Puts what is referred to in the place of each reference.
fn whole(schema: Value, known: &BTreeMap<String, Value>, level: usize) -> Value {
    match schema {
        Value::Object(mut fields) => {
            let named = fields.get("$ref").and_then(Value::as_str);
            let named = named.and_then(|path| path.strip_prefix(PREFIX));
            if let Some(found) = named.and_then(|name| known.get(name))
                && level < LEVELS_MAX
            {
                return whole(found.clone(), known, level + 1);
            }
            for value in fields.values_mut() {
                *value = whole(value.take(), known, level);
            }
            Value::Object(fields)
        }
        Value::Array(items) => {
            let items = items.into_iter().map(|item| whole(item, known, level));
            Value::Array(items.collect())
        }
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => other,
    }
}
