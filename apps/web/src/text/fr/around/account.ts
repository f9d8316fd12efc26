import type { Text } from "../../index.ts";

export const account: Text["around"]["account"] = {
  email: "Adresse e-mail",
  password: "Mot de passe",
  newPassword: "Nouveau mot de passe",
  passwordHint: "12 caractères au moins. Quelques mots que vous seul réuniriez font un bon choix.",
  firstName: "Prénom",
  lastName: "Nom",
  login: {
    title: "Connexion",
    submit: "Se connecter",
    forgot: "Mot de passe oublié ?",
    noAccount: "Pas encore de compte ?",
    register: "Créer un compte",
  },
  code: {
    title: "Seconde étape",
    text: "Votre compte est protégé par un second facteur.",
    label: "Code",
    hint: "Six chiffres de votre application d’authentification, ou l’un de vos codes de secours.",
    submit: "Continuer",
    back: "Utiliser un autre compte",
  },
  register: {
    title: "Créer un compte",
    submit: "Créer le compte",
    hasAccount: "Vous avez un compte ?",
    login: "Se connecter",
  },
  invited: "Vous êtes invité à rejoindre un projet. Continuez avec l’adresse qui a reçu l’invitation.",
  forgot: {
    title: "Changer de mot de passe",
    text: "Indiquez l’adresse de votre compte. Nous vous envoyons un lien pour choisir un nouveau mot de passe.",
    submit: "Envoyer le lien",
    sent: (email) =>
      `S’il existe un compte pour ${email}, un message avec un lien est en route. Cela peut prendre une minute.`,
    back: "Retour à la connexion",
  },
  reset: {
    title: "Choisir un nouveau mot de passe",
    text: "Tous les appareils seront déconnectés, pour que personne d’autre ne reste connecté.",
    submit: "Enregistrer le mot de passe",
    done: "Votre nouveau mot de passe est en vigueur. Connectez-vous avec lui.",
    another: "Demander un nouveau lien",
    noToken: "Ce lien est incomplet. Ouvrez-le à nouveau depuis le message, ou demandez-en un autre.",
  },
  verify: {
    title: "Confirmer votre adresse",
    text: "Cette étape nous assure que nos messages vous parviennent à cette adresse.",
    submit: "Confirmer l’adresse",
    done: "Votre adresse est confirmée.",
    noToken: "Ce lien est incomplet. Ouvrez-le à nouveau depuis le message.",
    expired:
      "Un lien sert une seule fois et pour peu de temps. Connectez-vous et demandez-en un autre dans vos paramètres.",
    onwards: "Continuer",
  },
  invitation: {
    title: "Vous êtes invité",
    text: "Quelqu’un souhaite travailler avec vous sur un projet. Si vous acceptez, ses membres verront votre nom et votre adresse.",
    as: (email) => `Vous êtes connecté en tant que ${email}.`,
    submit: "Accepter et ouvrir le projet",
    otherTitle: "Cette invitation est pour une autre adresse",
    other: (email) =>
      `Vous êtes connecté en tant que ${email}, et l’invitation a été envoyée ailleurs. Changez de compte, ou demandez une invitation à votre adresse.`,
    change: "Changer de compte",
    goneTitle: "Cette invitation n’est plus valable",
    gone: "Elle a déjà servi, a été retirée, ou a expiré après 14 jours. Demandez-en une nouvelle à la personne qui vous a invité.",
    memberTitle: "Vous êtes déjà membre",
    member: "Vous trouverez le projet dans votre liste.",
    onwards: "Vers vos projets",
  },
};
