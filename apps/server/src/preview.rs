//! What a link to a public project shows where it is pasted: its name, and what it is about.

use http::Anyone;
use kernel::{ProjectId, Result};
use platform::Ctx;

use crate::pages::escaped;

/// Characters of a description that are shown.
const DESCRIPTION_CHARS_MAX: usize = 300;
/// What the page is called until a project is known.
const TITLE: &str = "<title>NonLinear</title>";

/// The page with what everybody may know of a project; nothing where it is not public.
pub(crate) async fn of(Anyone(ctx): Anyone, project: &str, page: &str) -> Option<String> {
    let project = project.parse().ok()?;
    let (name, description) = face(&ctx, project).await.ok()?;
    Some(page.replacen(TITLE, &head(&name, &description), 1))
}

async fn face(ctx: &Ctx, project: ProjectId) -> Result<(String, String)> {
    let access = ctx.public_project(project).await?;
    let view = projects::projects::view(ctx.reader(), &access).await?;
    let description = view.description.unwrap_or_default();
    Ok((
        view.name,
        description.chars().take(DESCRIPTION_CHARS_MAX).collect(),
    ))
}

fn head(name: &str, description: &str) -> String {
    let name = escaped(name);
    let mut head = format!(
        "<title>{name} · NonLinear</title>\n    <meta property=\"og:title\" content=\"{name}\" />\n    \
         <meta property=\"og:type\" content=\"website\" />\n    \
         <meta property=\"og:site_name\" content=\"NonLinear\" />"
    );
    if !description.is_empty() {
        let description = escaped(description);
        head.push_str(&format!(
            "\n    <meta property=\"og:description\" content=\"{description}\" />"
        ));
    }
    head
}
