import type { Text } from "../index.ts";

export const common: Text["common"] = {
  appName: "NonLinear",
  cancel: "Fermer",
  close: "Fermer",
  save: "Enregistrer",
  saved: "Enregistré",
  delete: "Supprimer",
  restore: "Restaurer",
  remove: "Retirer",
  copy: "Copier",
  copied: "Copié",
  more: "Plus",
  loading: "Chargement…",
  retry: "Relancer",
  back: "Retour",
  errors: {
    title: "Cela n’a pas fonctionné",
    unreachable: "Le serveur est injoignable. Vérifiez votre connexion ; rien n’est perdu.",
    unknown:
      "Un problème est survenu sur cette page. Rechargez-la pour continuer ; ce qui est enregistré est en sûreté.",
    reload: "Recharger la page",
  },
  notFound: {
    title: "Page introuvable",
    text: "Le lien est peut-être ancien, ou destiné à quelqu’un d’autre.",
    home: "Aller à vos projets",
  },
};
