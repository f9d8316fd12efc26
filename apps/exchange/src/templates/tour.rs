//! A finished example: what a canvas is for, to be looked at and tried.

use protocol::templates::TemplateId;

use super::card::{Answer, COLUMN, Card, Template, Words};

const MODEL: &str = "gpt-4o";
const TOP: f64 = 0.0;
const BRANCHES: f64 = 500.0;
const MEETING: f64 = 1_020.0;
const NEXT: f64 = 1_520.0;
const CARDS_HEIGHT: f64 = 400.0;

pub(super) const TEMPLATE: Template = Template {
    id: TemplateId::Tour,
    name: Words(
        "Demo Project - Web Architecture",
        "Demo Project - Architecture Web",
    ),
    description: Words(
        "A demo project to explore modern web architecture",
        "Un projet de démonstration pour explorer l'architecture web moderne",
    ),
    system_prompt: Words(
        "You are an expert in modern web architecture, with a deep knowledge of React, Next.js, \
         NestJS, and good practice in development.",
        "Tu es un expert en architecture web moderne, avec une profonde connaissance de React, \
         Next.js, NestJS, et des meilleures pratiques de développement.",
    ),
    cards: &[
        Card::frame(
            0.0,
            BRANCHES,
            2.0,
            CARDS_HEIGHT,
            Words("Two ways to render", "Deux façons de rendre une page"),
        ),
        Card::prompt(
            COLUMN / 2.0,
            TOP,
            Words(
                "What is component architecture?",
                "Qu'est-ce que l'architecture de composants ?",
            ),
        )
        .answered(COMPONENTS),
        Card::note(-COLUMN, TOP, WELCOME).titled(Words("Begin here", "Commencez ici")),
        Card::prompt(
            -COLUMN,
            BRANCHES,
            Words(
                "What is dependency injection?",
                "Qu'est-ce que l'injection de dépendances ?",
            ),
        )
        .below(&[1]),
        Card::prompt(
            0.0,
            BRANCHES,
            Words(
                "What do we gain if everything is rendered in the browser?",
                "Que gagne-t-on à tout rendre dans le navigateur ?",
            ),
        )
        .below(&[1])
        .within(0)
        .answered(IN_THE_BROWSER),
        Card::prompt(
            COLUMN,
            BRANCHES,
            Words(
                "And what if pages are rendered on the server first?",
                "Et si les pages sont d'abord rendues sur le serveur ?",
            ),
        )
        .below(&[1])
        .within(0)
        .answered(ON_THE_SERVER),
        Card::prompt(
            2.0 * COLUMN + 36.0,
            BRANCHES,
            Words(
                "What is server-side rendering?",
                "Qu'est-ce que le server-side rendering ?",
            ),
        )
        .below(&[1]),
        Card::prompt(
            COLUMN / 2.0,
            MEETING,
            Words(
                "Compare both ways for a shop with fifty pages, and recommend one.",
                "Compare les deux façons pour une boutique de cinquante pages, et recommandes-en une.",
            ),
        )
        .below(&[4, 5])
        .answered(COMPARED)
        .tagged(Words("decision", "décision")),
        Card::note(2.0 * COLUMN + 36.0, MEETING, CONSTRAINT)
            .titled(Words("Added later", "Ajouté plus tard")),
        Card::prompt(
            COLUMN / 2.0,
            NEXT,
            Words(
                "Plan the first week in five steps.",
                "Planifie la première semaine en cinq étapes.",
            ),
        )
        .below(&[7]),
    ],
    // The note came after the comparison, which is therefore out of date.
    since: &[(8, 7)],
};

const WELCOME: Words = Words(
    "Each card asks with all that stands above it, and with nothing beside it.\n\n\
     1. A note was added below: the comparison is out of date. Refresh it.\n\
     2. Ask the questions that have no answer yet.\n\
     3. Select a card and ask a question of your own.",
    "Chaque carte pose sa question avec tout ce qui est au-dessus d'elle, et rien d'à côté.\n\n\
     1. Une note a été ajoutée plus bas : la comparaison est à actualiser. Relancez-la.\n\
     2. Posez les questions sans réponse.\n\
     3. Sélectionnez une carte et posez votre propre question.",
);

const CONSTRAINT: Words = Words(
    "The team does not know Node.js yet, and the shop has to be online in three weeks.",
    "L'équipe ne connaît pas encore Node.js, et la boutique doit être en ligne dans trois semaines.",
);

const COMPONENTS: Answer = Answer {
    text: Words(
        "Component architecture divides the user interface into small reusable blocks called \
         components. Each component looks after its own logic and its own state, so that complex \
         interfaces can be built from parts that are easy to maintain.\n\n\
         **Principles:**\n\
         - **Encapsulation**: each component isolates its logic\n\
         - **Reuse**: components can be used several times\n\
         - **Composition**: components can be combined\n\
         - **Props**: they talk to each other through properties\n\n\
         **Examples:**\n\
         - Button, Input, Modal in React\n\
         - Controller, Service, Module in NestJS",
        "L'architecture de composants divise l'interface utilisateur en petits blocs réutilisables \
         appelés composants. Chaque composant gère sa propre logique et son propre état, ce qui permet \
         de construire des interfaces complexes de manière modulaire et maintenable.\n\n\
         **Principes clés :**\n\
         - **Encapsulation** : Chaque composant isole sa logique\n\
         - **Réutilisabilité** : Les composants peuvent être utilisés plusieurs fois\n\
         - **Composition** : Les composants peuvent être combinés\n\
         - **Props** : Communication via des propriétés\n\n\
         **Exemples :**\n\
         - Button, Input, Modal dans React\n\
         - Controller, Service, Module dans NestJS",
    ),
    summary: Words(
        "Component architecture: modular and reusable",
        "Architecture de composants : modulaire et réutilisable",
    ),
    model: MODEL,
    tokens: 234,
};

const IN_THE_BROWSER: Answer = Answer {
    text: Words(
        "The server sends one small page and the program; the browser draws everything else.\n\n\
         - **Simple to run**: files on any host, no server program\n\
         - **Quick once loaded**: going from page to page asks for data only\n\
         - **Slow to begin**: nothing is seen until the program has come\n\
         - **Hard to find**: search engines see less",
        "Le serveur envoie une petite page et le programme ; le navigateur dessine tout le reste.\n\n\
         - **Simple à héberger** : des fichiers, aucun programme sur le serveur\n\
         - **Rapide une fois chargé** : d'une page à l'autre, seules les données voyagent\n\
         - **Lent au début** : rien ne s'affiche avant l'arrivée du programme\n\
         - **Peu visible** : les moteurs de recherche en voient moins",
    ),
    summary: Words(
        "In the browser: simple to run, slow to begin",
        "Dans le navigateur : simple à héberger, lent au début",
    ),
    model: MODEL,
    tokens: 187,
};

const ON_THE_SERVER: Answer = Answer {
    text: Words(
        "The server draws each page, and the browser takes over from there.\n\n\
         - **Seen at once**: the first view needs no program\n\
         - **Found**: search engines read whole pages\n\
         - **A server to run**: Node.js, memory, caches\n\
         - **Two places to think of**: each part must work in both",
        "Le serveur dessine chaque page, puis le navigateur prend le relais.\n\n\
         - **Visible tout de suite** : le premier affichage n'attend aucun programme\n\
         - **Bien référencé** : les moteurs lisent des pages entières\n\
         - **Un serveur à exploiter** : Node.js, mémoire, caches\n\
         - **Deux endroits à prévoir** : tout doit marcher dans les deux",
    ),
    summary: Words(
        "On the server: seen at once, more to run",
        "Sur le serveur : visible tout de suite, plus à exploiter",
    ),
    model: MODEL,
    tokens: 191,
};

const COMPARED: Answer = Answer {
    text: Words(
        "| | Browser | Server |\n|---|---|---|\n\
         | First view | slow | at once |\n| Found by search | hardly | well |\n| To run | files | Node.js |\n\n\
         **Recommendation:** render on the server first. A shop lives from being found, and fifty pages \
         are few to draw.",
        "| | Navigateur | Serveur |\n|---|---|---|\n\
         | Premier affichage | lent | immédiat |\n| Référencement | faible | bon |\n| À exploiter | fichiers | Node.js |\n\n\
         **Recommandation :** rendre d'abord sur le serveur. Une boutique vit de son référencement, et \
         cinquante pages sont vite dessinées.",
    ),
    summary: Words(
        "Recommended: render on the server first",
        "Recommandation : rendre d'abord sur le serveur",
    ),
    model: MODEL,
    tokens: 412,
};
