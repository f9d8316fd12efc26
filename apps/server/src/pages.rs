//! The few pages without a program: what a refusal means, and how to get the program.

use axum::{Router, extract::Path, response::Html, routing::get};
use http::{ApiError, AppState};
use kernel::Error;

/// What each problem code means, for `/problems/{code}` and for readers of the repository alike.
const PROBLEMS: &str = include_str!("../../../docs/problems.md");

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/problems/{code}", get(problem))
}

/// What stands in place of the browser's program when the build had no npm.
pub(crate) fn without_program() -> Html<String> {
    let text = format!(
        "This is NonLinear {version}, built without its canvas: {why}.\n\nInstall Node.js 20.19 or \
         newer with npm, and start it again with <code>cargo run</code>, which then builds the \
         canvas, too.\n\nEverything else is here. The API is described at <a \
         href=\"/docs/\">/docs</a>: log in there with <code>POST /api/v1/auth/login</code>, then send \
         the <code>accessToken</code> of the answer as a bearer token. The socket is described in \
         <a href=\"/api/v1/asyncapi.json\">/api/v1/asyncapi.json</a>.",
        version = env!("CARGO_PKG_VERSION"),
        why = web::missing(),
    );
    Html(page("NonLinear", &text))
}

async fn problem(Path(code): Path<String>) -> Result<Html<String>, ApiError> {
    let text = explanation(&code).ok_or(Error::NotFound("problem code"))?;
    Ok(Html(page(&code, &marked_up(text))))
}

/// The section of a code: what stands between its heading and the next.
fn explanation(code: &str) -> Option<&'static str> {
    PROBLEMS
        .split("\n## ")
        .skip(1)
        .filter_map(|section| section.split_once('\n'))
        .find_map(|(heading, text)| (heading.trim() == code).then_some(text.trim()))
}

fn page(title: &str, text: &str) -> String {
    let paragraphs: String = text
        .split("\n\n")
        .map(|paragraph| format!("<p>{paragraph}</p>\n"))
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <h1>{title}</h1>\n{paragraphs}</html>\n"
    )
}

/// Our own plain Markdown: every second part between backticks is code.
fn marked_up(text: &str) -> String {
    let text = escaped(text);
    let parts = text.split('`').enumerate();
    parts
        .map(|(place, part)| match place % 2 {
            0 => part.to_owned(),
            _ => format!("<code>{part}</code>"),
        })
        .collect()
}

/// As text between tags and as the value of an attribute.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use kernel::ErrorCode;
    use utoipa::{
        PartialSchema,
        openapi::{RefOr, Schema},
    };

    use super::explanation;

    #[test]
    fn every_problem_code_is_explained() {
        let RefOr::T(Schema::Object(codes)) = ErrorCode::schema() else {
            panic!("the codes are no plain list");
        };
        let codes = codes.enum_values.expect("the codes are listed");
        for code in codes {
            let code = code.as_str().expect("a code is text");
            assert!(explanation(code).is_some(), "{code} is not explained");
        }
    }
}
