//! A subject, lesson by lesson, with questions that show what was understood.

use protocol::templates::TemplateId;

use super::card::{COLUMN, Card, ROW, Template, Words};

const LESSONS: f64 = ROW + 560.0;
const LESSON_HEIGHT: f64 = 440.0;
const CHECKS: f64 = LESSONS + 560.0;

pub(super) const TEMPLATE: Template = Template {
    id: TemplateId::LearnSubject,
    name: Words("Learn a subject", "Apprendre un sujet"),
    description: Words(
        "A course of your own: a plan, lessons, and questions that show what was understood.",
        "Un cours sur mesure : un plan, des leçons, et des questions qui montrent ce qui est compris.",
    ),
    system_prompt: Words(
        "You teach one person. You begin from what they know, give an example before every rule, and never \
         go on before the idea is clear.",
        "Tu enseignes à une seule personne. Tu pars de ce qu'elle sait, tu donnes un exemple avant chaque \
         règle, et tu n'avances jamais avant que l'idée soit claire.",
    ),
    cards: &[
        Card::frame(
            0.0,
            LESSONS,
            3.0,
            LESSON_HEIGHT,
            Words("Lessons", "Leçons"),
        ),
        Card::note(
            COLUMN,
            0.0,
            Words(
                "Write here what you want to learn, what you know of it, what for, and how much time you have.",
                "Écrivez ici ce que vous voulez apprendre, ce que vous en savez, pour quoi faire, et votre temps.",
            ),
        )
        .titled(Words("What I want to learn", "Ce que je veux apprendre")),
        Card::prompt(
            COLUMN,
            ROW,
            Words(
                "Plan a course of three lessons for me. For each: the one idea, and what I can do afterwards.",
                "Prépare pour moi un cours de trois leçons. Pour chacune : l'idée unique, et ce que je saurai faire.",
            ),
        )
        .titled(Words("The course", "Le cours"))
        .below(&[1]),
        Card::prompt(
            0.0,
            LESSONS,
            Words(
                "Teach me lesson one: an example first, then the idea, then its limits.",
                "Enseigne-moi la leçon 1 : d'abord un exemple, puis l'idée, puis ses limites.",
            ),
        )
        .titled(Words("Lesson 1", "Leçon 1"))
        .below(&[2])
        .within(0),
        Card::prompt(
            COLUMN,
            LESSONS,
            Words(
                "Teach me lesson two: an example first, then the idea, then its limits.",
                "Enseigne-moi la leçon 2 : d'abord un exemple, puis l'idée, puis ses limites.",
            ),
        )
        .titled(Words("Lesson 2", "Leçon 2"))
        .below(&[2])
        .within(0),
        Card::prompt(
            2.0 * COLUMN,
            LESSONS,
            Words(
                "Teach me lesson three: an example first, then the idea, then its limits.",
                "Enseigne-moi la leçon 3 : d'abord un exemple, puis l'idée, puis ses limites.",
            ),
        )
        .titled(Words("Lesson 3", "Leçon 3"))
        .below(&[2])
        .within(0),
        Card::prompt(
            COLUMN / 2.0,
            CHECKS,
            Words(
                "Ask me five questions about these lessons, each harder than the one before, without the answers.",
                "Pose-moi cinq questions sur ces leçons, de plus en plus difficiles, sans donner les réponses.",
            ),
        )
        .titled(Words("Questions", "Questions"))
        .below(&[3, 4, 5]),
        Card::prompt(
            3.0 * COLUMN / 2.0,
            CHECKS,
            Words(
                "Explain the hardest idea of the three with something from everyday life, and say where that fails.",
                "Explique la plus difficile des trois idées par une comparaison du quotidien, et dis où elle s'arrête.",
            ),
        )
        .titled(Words("In other words", "Autrement dit"))
        .below(&[3, 4, 5]),
    ],
    since: &[],
};
