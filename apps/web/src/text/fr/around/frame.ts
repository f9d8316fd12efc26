import type { Text } from "../../index.ts";

export const frame: Text["around"]["frame"] = {
  intro: {
    lead: "Réfléchir ensemble avec des modèles de langage, sur un même canevas.",
    points: [
      "Partez de n’importe quelle réponse : chaque branche connaît ce qui la précède, et rien de ses voisines.",
      "Voyez exactement ce qu’un modèle a reçu, et ce que cela a coûté.",
      "Écrivez à plusieurs : chaque changement est aussitôt celui de tous, et aucun changement confirmé ne se perd.",
    ],
  },
  language: "Langue",
  theme: "Thème",
  themes: { light: "Clair", dark: "Sombre", system: "Comme le système" },
  menu: "Votre compte",
  projects: "Projets",
  agents: "Agents",
  settings: "Paramètres",
  logOut: "Se déconnecter",
  logOutEverywhere: "Se déconnecter partout",
  logOutEverywhereText: "Vos sessions se terminent sur tous les appareils, celui-ci compris.",
  unsentTitle: "Garder ce qui n’est pas envoyé ?",
  unsentText: (count) =>
    `${count === 1 ? "Une modification n’a" : `${count} modifications n’ont`} pas atteint le serveur. Gardé dans ce navigateur, cela partira quand vous vous reconnecterez ici et ouvrirez le projet. D’ici là, qui utilise ce navigateur pourrait le lire.`,
  unsentKeep: "Garder et se déconnecter",
  unsentClear: "Effacer et se déconnecter",
  endTokens: "Terminer aussi mes jetons d’API",
  verifyLabel: "Votre adresse",
  verify: (email) => `Merci de confirmer votre adresse : un message envoyé à ${email} dit comment faire.`,
  resend: "Renvoyer le message",
  resent: (email) => `Un nouveau message est en route vers ${email}.`,
  copyFailed: "Le navigateur n’a pas permis de copier. Sélectionnez le texte et copiez-le vous-même.",
  showPassword: "Afficher le mot de passe",
  hidePassword: "Masquer le mot de passe",
  optional: "facultatif",
  of: (what, whom) => `${what} : ${whom}`,
};
