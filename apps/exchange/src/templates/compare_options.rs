//! Deciding between several ways.

use protocol::templates::TemplateId;

use super::card::{COLUMN, Card, ROW, Template, Words};

const OPTIONS: f64 = ROW + 560.0;
const OPTION_HEIGHT: f64 = 440.0;

pub(super) const TEMPLATE: Template = Template {
    id: TemplateId::CompareOptions,
    name: Words("Compare options", "Comparer des options"),
    description: Words(
        "Several options, held against the same criteria, and a recommendation.",
        "Plusieurs options, mesurées aux mêmes critères, et une recommandation.",
    ),
    system_prompt: Words(
        "You help people decide. You weigh what speaks for and against, you say what you do not know, and \
         you never favour an option because it was named first.",
        "Tu aides à décider. Tu pèses le pour et le contre, tu dis ce que tu ne sais pas, et tu ne \
         favorises jamais une option parce qu'elle est citée en premier.",
    ),
    cards: &[
        Card::frame(
            0.0,
            OPTIONS,
            3.0,
            OPTION_HEIGHT,
            Words("Options", "Options"),
        ),
        Card::note(
            COLUMN,
            0.0,
            Words(
                "Write here what is to be decided, by when, and the three things that count most.",
                "Écrivez ici ce qu'il faut décider, pour quand, et les trois choses qui comptent le plus.",
            ),
        )
        .titled(Words("The decision", "La décision")),
        Card::prompt(
            COLUMN,
            ROW,
            Words(
                "Which criteria decide this, and how much does each weigh? Answer with a table.",
                "Quels critères décident, et quel est le poids de chacun ? Réponds par un tableau.",
            ),
        )
        .titled(Words("Criteria", "Critères"))
        .below(&[1]),
        Card::prompt(
            0.0,
            OPTIONS,
            Words(
                "Option A is: (describe it). What speaks for it and what against it, by each criterion?",
                "L'option A est : (décrivez-la). Qu'est-ce qui parle pour elle et contre elle, critère par critère ?",
            ),
        )
        .titled(Words("Option A", "Option A"))
        .below(&[2])
        .within(0),
        Card::prompt(
            COLUMN,
            OPTIONS,
            Words(
                "Option B is: (describe it). What speaks for it and what against it, by each criterion?",
                "L'option B est : (décrivez-la). Qu'est-ce qui parle pour elle et contre elle, critère par critère ?",
            ),
        )
        .titled(Words("Option B", "Option B"))
        .below(&[2])
        .within(0),
        Card::prompt(
            2.0 * COLUMN,
            OPTIONS,
            Words(
                "Option C is: (describe it). What speaks for it and what against it, by each criterion?",
                "L'option C est : (décrivez-la). Qu'est-ce qui parle pour elle et contre elle, critère par critère ?",
            ),
        )
        .titled(Words("Option C", "Option C"))
        .below(&[2])
        .within(0),
        Card::prompt(
            COLUMN,
            OPTIONS + 560.0,
            Words(
                "Put the options side by side in one table, recommend one, and say what would change your mind.",
                "Mets les options côte à côte dans un tableau, recommandes-en une, et dis ce qui te ferait changer d'avis.",
            ),
        )
        .titled(Words("Recommendation", "Recommandation"))
        .below(&[3, 4, 5])
        .tagged(Words("decision", "décision")),
    ],
    since: &[],
};
