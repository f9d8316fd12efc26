import type { Text } from "../index.ts";

const things = (count: number, one: string, many: string) => `${count} ${count <= 1 ? one : many}`;

export const matrix: Text["matrix"] = {
  create: "Nouvelle matrice",
  text: "Pose une question pour chaque paire d’une ligne et d’une colonne. Ce sont des cartes ordinaires dans un cadre.",
  kind: { label: "Ce qui est comparé", criteria: "Options par critères", models: "Questions par modèles" },
  title: "Nom",
  options: "Options",
  prompts: "Questions",
  criteria: "Critères",
  eachLine: "Une par ligne",
  models: "Modèles",
  prompt: "Question de chaque case",
  asks: { criteria: "Évaluez cette option selon ce critère en quelques phrases.", models: "Répondez à ceci." },
  basedOn: (title) => `Basée sur « ${title} »`,
  basedOnMany: (count) => `Basée sur les ${count} cartes sélectionnées`,
  size: (rows, columns) =>
    `${things(rows, "ligne", "lignes")} sur ${things(columns, "colonne", "colonnes")} : ${things(rows * columns, "case", "cases")}`,
  tooMany: (max) => `Une matrice a au plus ${max} cases.`,
  submit: "Créer",
  submitAndAsk: "Créer et demander",
  table: "Afficher en tableau",
  untitled: "Matrice",
  none: "Sélectionnez une matrice sur le canevas.",
  ask: (count) => `Demander ${things(count, "case", "cases")}`,
  askOne: "Demander",
  retry: "Relancer",
  answered: (count, all) => (count <= 1 ? `${count} réponse sur ${all}` : `${count} réponses sur ${all}`),
  empty: "Pas de question ici",
  head: "Ligne",
};
