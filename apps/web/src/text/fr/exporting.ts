import type { Text } from "../index.ts";

export const exporting: Text["exporting"] = {
  title: "Exporter",
  scope: {
    label: "Quoi",
    all: "Tout",
    seen: "Ce qui est visible",
    selection: (count) => `Sélection (${count})`,
    thread: "Cette conversation",
  },
  format: { label: "En", png: "PNG", svg: "SVG", pdf: "PDF", markdown: "Markdown", json: "JSON" },
  hints: {
    png: "Une image du canevas.",
    svg: "Un dessin du canevas, net à toutes les tailles.",
    pdf: "Ouvre la fenêtre d’impression du navigateur : choisissez-y « Enregistrer au format PDF ».",
    markdown: "Les questions et les réponses en texte, avec les modèles et les sources.",
    json: "Tout le contenu, pour d’autres programmes et pour l’importation.",
  },
  submit: "Exporter",
  nothing: "Il n’y a rien à exporter ici.",
  printed: (when) => `Exporté le ${when}`,
  answeredBy: (model) => `Réponse de ${model}`,
  basedOn: "Basé sur :",
};
