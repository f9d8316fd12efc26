//! A question that is answered from sources, and from nothing else.

use protocol::templates::TemplateId;

use super::card::{COLUMN, Card, ROW, Template, Words};

const SOURCES: f64 = ROW + 100.0;
const SOURCE_HEIGHT: f64 = 240.0;
const READING: f64 = SOURCES + 480.0;
const ANSWER: f64 = READING + ROW;

const SOURCE: Words = Words(
    "Put a source here: title, author, date, address, and the passages that matter, word for word.",
    "Mettez ici une source : titre, auteur, date, adresse, et les passages importants, mot pour mot.",
);

pub(super) const TEMPLATE: Template = Template {
    id: TemplateId::ResearchWithSources,
    name: Words("Research with sources", "Rechercher avec des sources"),
    description: Words(
        "A question, the sources as notes, and an answer that cites them.",
        "Une question, des sources sous forme de notes, et une réponse qui les cite.",
    ),
    system_prompt: Words(
        "You answer from the sources that you are given and from nothing else. You cite each by its title. \
         Where they say nothing, you say so.",
        "Tu réponds à partir des sources fournies et de rien d'autre. Tu cites chacune par son titre. Quand \
         elles ne disent rien, tu le dis.",
    ),
    cards: &[
        Card::frame(
            0.0,
            SOURCES,
            3.0,
            SOURCE_HEIGHT,
            Words("Sources", "Sources"),
        ),
        Card::note(
            0.0,
            0.0,
            Words(
                "Write here the question, why it matters, and what is known already.",
                "Écrivez ici la question, son intérêt, et ce qui est déjà connu.",
            ),
        )
        .titled(Words("The question", "La question")),
        Card::prompt(
            COLUMN,
            0.0,
            Words(
                "Divide this question into five at most that can be answered one by one.",
                "Divise cette question en cinq au plus, auxquelles on peut répondre une à une.",
            ),
        )
        .titled(Words("In parts", "En parties"))
        .below(&[1]),
        Card::note(0.0, SOURCES, SOURCE)
            .titled(Words("Source 1", "Source 1"))
            .within(0)
            .tagged(Words("source", "source")),
        Card::note(COLUMN, SOURCES, SOURCE)
            .titled(Words("Source 2", "Source 2"))
            .within(0)
            .tagged(Words("source", "source")),
        Card::note(2.0 * COLUMN, SOURCES, SOURCE)
            .titled(Words("Source 3", "Source 3"))
            .within(0)
            .tagged(Words("source", "source")),
        Card::prompt(
            COLUMN / 2.0,
            READING,
            Words(
                "What do the sources say to each part? Cite them by title, and say where they contradict each other.",
                "Que disent les sources sur chaque partie ? Cite-les par leur titre, et dis où elles se contredisent.",
            ),
        )
        .titled(Words("What they say", "Ce qu'elles disent"))
        .below(&[2, 3, 4, 5]),
        Card::prompt(
            3.0 * COLUMN / 2.0,
            READING,
            Words(
                "What do the sources leave open? Name what to look for next, and where.",
                "Que laissent-elles ouvert ? Nomme ce qu'il faut chercher ensuite, et où.",
            ),
        )
        .titled(Words("Gaps", "Lacunes"))
        .below(&[2, 3, 4, 5]),
        Card::prompt(
            COLUMN,
            ANSWER,
            Words(
                "Answer the question in 300 words. Cite a source for every claim; say what stays uncertain.",
                "Réponds à la question en 300 mots. Cite une source pour chaque affirmation ; dis ce qui reste incertain.",
            ),
        )
        .titled(Words("Answer", "Réponse"))
        .below(&[6, 7]),
    ],
    since: &[],
};
