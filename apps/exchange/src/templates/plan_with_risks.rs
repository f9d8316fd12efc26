//! A plan, what could go wrong, and the plan that knows it.

use protocol::templates::TemplateId;

use super::card::{COLUMN, Card, ROW, Template, Words};

const RISKS: f64 = ROW + 560.0;
const RISK_HEIGHT: f64 = 440.0;
const BETTER: f64 = RISKS + 560.0;

pub(super) const TEMPLATE: Template = Template {
    id: TemplateId::PlanWithRisks,
    name: Words("Plan with risks", "Planifier avec les risques"),
    description: Words(
        "A plan, its risks and assumptions, and a second plan that answers them.",
        "Un plan, ses risques et ses hypothèses, puis un second plan qui y répond.",
    ),
    system_prompt: Words(
        "You plan as somebody who has seen plans fail: short steps, one person for each, a sign by which \
         one knows that it is done.",
        "Tu planifies comme quelqu'un qui a vu des plans échouer : des étapes courtes, une personne par \
         étape, un signe qui montre que c'est fait.",
    ),
    cards: &[
        Card::frame(
            0.0,
            RISKS,
            2.0,
            RISK_HEIGHT,
            Words("What could go wrong", "Ce qui peut échouer"),
        ),
        Card::note(
            COLUMN / 2.0,
            0.0,
            Words(
                "Write here the goal, who takes part, what there is to spend, and the date.",
                "Écrivez ici le but, qui participe, les moyens disponibles, et la date.",
            ),
        )
        .titled(Words("The goal", "Le but")),
        Card::prompt(
            COLUMN / 2.0,
            ROW,
            Words(
                "Make a plan of eight steps at most: what, who, until when, and how one sees that it is done.",
                "Fais un plan de huit étapes au plus : quoi, qui, pour quand, et comment voir que c'est fait.",
            ),
        )
        .titled(Words("First plan", "Premier plan"))
        .below(&[1]),
        Card::prompt(
            0.0,
            RISKS,
            Words(
                "Name the five greatest risks of this plan: how likely, how bad, and the first sign of each.",
                "Nomme les cinq plus grands risques de ce plan : probabilité, gravité, et premier signe de chacun.",
            ),
        )
        .titled(Words("Risks", "Risques"))
        .below(&[2])
        .within(0),
        Card::prompt(
            COLUMN,
            RISKS,
            Words(
                "What does this plan take for granted? How could each assumption be tested within a week?",
                "Sur quelles hypothèses ce plan repose-t-il ? Comment vérifier chacune en une semaine ?",
            ),
        )
        .titled(Words("Assumptions", "Hypothèses"))
        .below(&[2])
        .within(0),
        Card::prompt(
            COLUMN / 2.0,
            BETTER,
            Words(
                "Write the plan anew so that it answers these risks and tests these assumptions. Mark what is new.",
                "Réécris le plan pour qu'il réponde à ces risques et vérifie ces hypothèses. Marque ce qui est nouveau.",
            ),
        )
        .titled(Words("Better plan", "Meilleur plan"))
        .below(&[2, 3, 4]),
        Card::prompt(
            COLUMN / 2.0,
            BETTER + ROW,
            Words(
                "What has to be done on Monday, in the order in which it has to be done?",
                "Que faut-il faire lundi, dans l'ordre où il faut le faire ?",
            ),
        )
        .titled(Words("Monday", "Lundi"))
        .below(&[5]),
    ],
    since: &[],
};
