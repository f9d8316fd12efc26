import type { PresetWords } from "../en/presets.ts";

export const presets: Readonly<Record<string, PresetWords>> = {
  "01900000-0000-7000-8000-000000000001": {
    name: "CV",
    description: "Écrit et améliore un CV, ligne par ligne, pour un poste à la fois.",
  },
  "01900000-0000-7000-8000-000000000002": {
    name: "Lettres",
    description: "Écrit des lettres de motivation pour une annonce et une personne précises.",
  },
  "01900000-0000-7000-8000-000000000003": {
    name: "Entretiens",
    description: "Prépare aux entretiens d’embauche : questions, réponses et avis franc.",
  },
  "01900000-0000-7000-8000-000000000004": {
    name: "Chercheur",
    description: "Dit ce que l’on sait, avec quelle certitude, et ce qui trancherait le reste.",
  },
  "01900000-0000-7000-8000-000000000005": {
    name: "Critique",
    description: "Trouve ce qui est faux ou manque, le plus important d’abord.",
  },
  "01900000-0000-7000-8000-000000000006": {
    name: "Relecteur",
    description: "Rend un texte plus clair et plus court, sans en changer la voix.",
  },
  "01900000-0000-7000-8000-000000000007": {
    name: "Professeur",
    description: "Explique pas à pas, avec des exemples, et vérifie ce qui est compris.",
  },
  "01900000-0000-7000-8000-000000000008": {
    name: "Développeur",
    description: "Écrit et lit du code : complet, court et testé.",
  },
};
