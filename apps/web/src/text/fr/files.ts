import type { Text } from "../index.ts";

export const files: Text["files"] = {
  title: "Fichiers",
  add: "Ajouter des fichiers",
  open: (name) => `Ouvrir ${name}`,
  uploads: "Envois",
  sending: (name) => `Envoi de ${name}`,
  reading: "Lecture",
  again: (name) => `Relancer ${name}`,
  stop: (name) => `Arrêter ${name}`,
  policyOf: (name) => `Ce qui est envoyé de ${name}`,
  policy: {
    WHOLE: "Complet",
    SUMMARY: "Résumé",
    NONE: "Rien",
    PAGES: (pages) => `Pages ${pages}`,
  },
  tokens: (count) => `≈ ${count.toLocaleString("fr")} jetons`,
  page: (page) => `Page ${page}`,
  noText: "Ce fichier ne contient pas de texte.",
  save: "Télécharger",
  openAt: (name, page) => `Ouvrir ${name} à la page ${page}`,
};
