import type { Text } from "../../index.ts";

export const projects: Text["around"]["projects"] = {
  title: "Projets",
  views: { all: "Tous", mine: "Les miens", shared: "Partagés avec moi", trash: "Corbeille" },
  viewsLabel: "Quels projets",
  search: "Chercher un projet",
  create: "Nouveau projet",
  createTitle: "Nouveau projet",
  createSubmit: "Créer et ouvrir",
  name: "Nom",
  namePlaceholder: "Ce à quoi vous voulez réfléchir",
  description: "Description",
  rename: "Renommer",
  renameTitle: "Nom et description",
  renamed: "Le projet est renommé.",
  trash: "Mettre à la corbeille",
  trashed: (name) => `« ${name} » est dans la corbeille.`,
  undo: "Restaurer",
  restored: (name) => `« ${name} » est de retour.`,
  leave: "Quitter le projet",
  leaveTitle: "Quitter ce projet ?",
  leaveText: (name) =>
    `« ${name} » disparaîtra de votre liste, et quelqu’un devra vous inviter à nouveau. Ce que vous avez écrit y reste.`,
  left: (name) => `Vous avez quitté « ${name} ».`,
  share: "Partager",
  changed: (when) => `Modifié ${when}`,
  deleted: (when) => `Mis à la corbeille ${when}`,
  public: "Public",
  roles: { OWNER: "Propriétaire", ADMIN: "Administration", EDITOR: "Édition", MEMBER: "Membre", VIEWER: "Lecture" },
  actions: (name) => `Actions pour ${name}`,
  more: "Afficher la suite",
  found: (count, more) => (count <= 1 && !more ? `${count} projet` : `${count} projets${more ? " et plus" : ""}`),
  empty: {
    all: {
      title: "Votre premier projet",
      text: "Un projet est un canevas : posez une première question, puis partez de la réponse dans toutes les directions qui vous intéressent.",
    },
    mine: {
      title: "Pas encore de projet à vous",
      text: "Ce que vous créez vous appartient, jusqu’à ce que vous le confiiez à quelqu’un d’autre.",
    },
    shared: {
      title: "Rien n’est encore partagé avec vous",
      text: "Quand quelqu’un vous invite à un projet, il apparaît ici.",
    },
    trash: {
      title: "La corbeille est vide",
      text: "Les projets que vous mettez à la corbeille restent ici, et vous pouvez les reprendre.",
    },
    search: {
      title: "Aucun résultat",
      text: (query) => `Aucun projet ne contient « ${query} » dans son nom ou sa description.`,
      reset: "Effacer la recherche",
    },
  },
};
