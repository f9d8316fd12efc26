import type { Text } from "../index.ts";

export const files: Text["files"] = {
  title: "Fichiers",
  add: "Ajouter des fichiers",
  open: (name) => `Ouvrir ${name}`,
  uploads: "Envois",
  sending: (name) => `Envoi de ${name}`,
  reading: "Lecture",
  again: (name) => `Relancer ${name}`,
  paused: "En pause",
  pause: (name) => `Mettre ${name} en pause`,
  goOn: (name) => `Reprendre ${name}`,
  stop: (name) => `Arrêter ${name}`,
  policyOf: (name) => `Ce qui est envoyé de ${name}`,
  policy: {
    WHOLE: "Complet",
    SUMMARY: "Résumé",
    NONE: "Rien",
    PAGES: (pages) => `Pages ${pages}`,
  },
  somePages: "Certaines pages",
  pagesOf: (name) => `Pages de ${name} envoyées`,
  ofPages: (count) => `sur ${count.toLocaleString("fr")}`,
  pagesForm: "Indiquez des pages, par exemple 1-3, 7.",
  pagesBeyond: (count) =>
    count === 1 ? "Ce fichier n’a qu’une page." : `Ce fichier n’a que ${count.toLocaleString("fr")} pages.`,
  pagesLong: "C’est trop long. Regroupez les pages qui se suivent, par exemple 1-30.",
  tokens: (count) => `≈ ${count.toLocaleString("fr")} jetons`,
  page: (page) => `Page ${page}`,
  noText: "Ce fichier ne contient pas de texte.",
  save: "Télécharger",
  openAt: (name, page) => `Ouvrir ${name} à la page ${page}`,
};
