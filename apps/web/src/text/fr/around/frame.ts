import type { Text } from "../../index.ts";

export const frame: Text["around"]["frame"] = {
  intro: {
    lead: "Réfléchir ensemble avec des modèles de langage, sur un même canevas.",
    points: [
      "Partez de n’importe quelle réponse : chaque branche connaît ce qui la précède, et rien de ses voisines.",
      "Voyez exactement ce qu’un modèle a reçu, et ce que cela a coûté.",
      "Travaillez à plusieurs : chacun voit aussitôt chaque modification, et aucune modification enregistrée ne se perd.",
    ],
  },
  language: "Langue",
  theme: "Thème",
  themes: { light: "Clair", dark: "Sombre", system: "Système" },
  menu: "Votre compte",
  projects: "Projets",
  agents: "Agents",
  settings: "Paramètres",
  logOut: "Se déconnecter",
  logOutEverywhere: "Se déconnecter partout",
  logOutEverywhereText: "Vous serez déconnecté de tous les appareils, celui-ci compris.",
  unsentTitle: "Garder les modifications non envoyées ?",
  unsentText: (count) =>
    `${count === 1 ? "Une modification n’a" : `${count} modifications n’ont`} pas atteint le serveur. Les modifications gardées dans ce navigateur partiront quand vous vous reconnecterez ici et ouvrirez le projet. D’ici là, toute personne qui utilise ce navigateur pourrait les lire.`,
  unsentKeep: "Garder et se déconnecter",
  unsentClear: "Effacer et se déconnecter",
  endTokens: "Révoquer aussi mes jetons d’API",
  verifyLabel: "Votre adresse",
  verify: (email) => `Merci de confirmer votre adresse avec le message envoyé à ${email}.`,
  resend: "Renvoyer le message",
  resent: (email) => `Un nouveau message est en route vers ${email}.`,
  copyFailed: "Le navigateur n’a pas permis de copier. Sélectionnez le texte et copiez-le vous-même.",
  showPassword: "Afficher le mot de passe",
  hidePassword: "Masquer le mot de passe",
  optional: "facultatif",
  of: (what, whom) => `${what} : ${whom}`,
};
