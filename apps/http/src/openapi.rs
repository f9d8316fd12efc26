//! Finishing the API document: what holds for every operation is added here, once.

use platform::ops::OpSpec;
use protocol::{
    Problem,
    ops::{OP_SCHEMA, op_schema},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder,
        path::{Operation, PathItem},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

/// The extension in which an operation says who may call it.
pub const AUTHZ: &str = "x-authz";
const BEARER: &str = "bearer";

/// Adds refusals and credentials to every operation, and what may be asked for in a batch.
#[must_use]
pub fn finish(mut document: OpenApi, ops: &[OpSpec]) -> OpenApi {
    let components = document.components.get_or_insert_default();
    components
        .schemas
        .insert("Problem".to_owned(), Problem::schema());
    let all = op_schema(ops.iter().map(|op| (op.word, op.schema_name())));
    components.schemas.insert(OP_SCHEMA.to_owned(), all);
    let mut nested = Vec::new();
    Problem::schemas(&mut nested);
    for op in ops {
        op.schemas(&mut nested);
    }
    for (name, schema) in nested {
        components.schemas.entry(name).or_insert(schema);
    }
    components.security_schemes.insert(
        BEARER.to_owned(),
        RefOr::T(SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("An access token, or an API token (`nl_…`)."))
                .build(),
        )),
    );
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            complete(operation);
        }
    }
    document
}

fn complete(operation: &mut Operation) {
    operation
        .responses
        .responses
        .insert("default".to_owned(), RefOr::T(refusal()));
    // Handlers are named within their feature; the document needs names that are its own.
    if let (Some(tag), Some(name)) = (
        operation.tags.iter().flatten().next(),
        &operation.operation_id,
    ) {
        operation.operation_id = Some(format!("{tag}_{name}"));
    }
    if authz(operation).as_deref() != Some("anonymous") {
        operation.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], _>(
            BEARER,
            [],
        )]);
    }
}

fn refusal() -> Response {
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    ResponseBuilder::new()
        .description("A refusal: its `code` is stable, its `detail` names the way out.")
        .content("application/problem+json", problem)
        .build()
}

/// Who may call an operation, as it says itself.
#[must_use]
pub fn authz(operation: &Operation) -> Option<String> {
    let extensions = operation.extensions.as_ref()?;
    extensions.get(AUTHZ)?.as_str().map(str::to_owned)
}

/// The operations of a path.
pub fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.head,
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .flatten()
}

/// The methods of a path, in the same order as its operations.
pub fn methods(item: &PathItem) -> impl Iterator<Item = &'static str> {
    with_methods(item).map(|(method, _)| method)
}

/// The operations of a path with their methods.
pub fn with_methods(item: &PathItem) -> impl Iterator<Item = (&'static str, &Operation)> {
    [
        ("GET", &item.get),
        ("HEAD", &item.head),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}
