//! A text, its critics, and the text after them.

use protocol::templates::TemplateId;

use super::card::{COLUMN, Card, ROW, Template, Words};

const DRAFT: f64 = ROW;
const CRITICS: f64 = DRAFT + 560.0;
const CRITIC_HEIGHT: f64 = 440.0;
const SECOND: f64 = CRITICS + 560.0;

pub(super) const TEMPLATE: Template = Template {
    id: TemplateId::WriteAndCriticise,
    name: Words("Write and criticise", "Écrire et critiquer"),
    description: Words(
        "A first draft, two critics who do not hear each other, and a second draft.",
        "Un premier jet, deux critiques indépendantes, et un second jet.",
    ),
    system_prompt: Words(
        "You write and edit texts. You keep to the language of the brief.",
        "Tu écris et corriges des textes. Tu gardes la langue de la commande.",
    ),
    cards: &[
        Card::frame(
            0.0,
            CRITICS,
            2.0,
            CRITIC_HEIGHT,
            Words("Critics", "Critiques"),
        ),
        Card::rule(
            0.0,
            0.0,
            Words(
                "Write short sentences in ordinary words. No empty phrases, no lists unless they are asked for.",
                "Écris des phrases courtes, avec des mots ordinaires. Pas de formules creuses, pas de listes sauf demande.",
            ),
        )
        .titled(Words("Style", "Style")),
        Card::note(
            COLUMN,
            0.0,
            Words(
                "Write here what the text is for, who reads it, how long it may be, and what it must say.",
                "Écrivez ici à quoi sert le texte, qui le lit, sa longueur, et ce qu'il doit dire.",
            ),
        )
        .titled(Words("The brief", "La commande")),
        Card::prompt(
            COLUMN / 2.0,
            DRAFT,
            Words(
                "Write a first draft from this brief.",
                "Écris un premier jet à partir de cette commande.",
            ),
        )
        .titled(Words("First draft", "Premier jet"))
        .below(&[1, 2])
        .at_temperature(0.9),
        Card::prompt(
            0.0,
            CRITICS,
            Words(
                "Read this as somebody who knows nothing of the subject: where do you stumble, and why?",
                "Lis ce texte comme quelqu'un qui ignore le sujet : où bute-t-on, et pourquoi ?",
            ),
        )
        .titled(Words("A reader", "Un lecteur"))
        .below(&[3])
        .within(0)
        .at_temperature(0.3),
        Card::prompt(
            COLUMN,
            CRITICS,
            Words(
                "Read this as a strict editor: what can go, what is missing, what is only claimed?",
                "Lis ce texte comme un éditeur exigeant : que supprimer, que manque-t-il, qu'est-ce qui n'est qu'affirmé ?",
            ),
        )
        .titled(Words("An editor", "Un éditeur"))
        .below(&[3])
        .within(0)
        .at_temperature(0.3),
        Card::prompt(
            COLUMN / 2.0,
            SECOND,
            Words(
                "Write a second draft that takes up both critics, and keep what was good.",
                "Écris un second jet qui tient compte des deux critiques, et garde ce qui était bon.",
            ),
        )
        .titled(Words("Second draft", "Second jet"))
        .below(&[3, 4, 5]),
        Card::prompt(
            COLUMN / 2.0,
            SECOND + ROW,
            Words(
                "Give five titles, and one sentence that says what the text is about.",
                "Propose cinq titres, et une phrase qui dit de quoi parle le texte.",
            ),
        )
        .titled(Words("Titles", "Titres"))
        .below(&[6])
        .at_temperature(1.0),
    ],
    since: &[],
};
