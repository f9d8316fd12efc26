import type { Text } from "../../index.ts";

/** What people are told of what happens elsewhere. */
export const notices: Text["around"]["notices"] = {
  title: "Notifications",
  bell: (many) =>
    many === 0 ? "Notifications" : many === 1 ? "1 notification non lue" : `${many} notifications non lues`,
  none: "Rien pour l’instant",
  noneText: "Quand quelqu’un vous mentionne, partage un projet ou qu’une tâche a besoin de vous, c’est ici.",
  all: "Tout voir",
  readAll: "Tout marquer comme lu",
  readAllHere: "Tout marquer comme lu dans ce projet",
  readOne: (title) => `Marquer comme lu : ${title}`,
  project: "Projet",
  everywhere: "Tous les projets",
  elsewhere: "Autres",
  choose: "Choisir ce qui vous est signalé",
  more: "Afficher plus",
  group: {
    PROJECT_INVITE: (many) => `${many} invitations`,
    PROJECT_SHARE: (many, project) => `Vous avez été ajouté ${many} fois à ${project}`,
    NODE_GENERATED: (many, project) => `${many} réponses dans ${project}`,
    NODE_ERROR: (many, project) => `${many} réponses ont échoué dans ${project}`,
    AGENT_COMPLETED: (many, project) => `${many} tâches terminées dans ${project}`,
    AGENT_FAILED: (many, project) => `${many} tâches ont échoué dans ${project}`,
    COLLABORATION_JOINED: (many, project) => `${many} personnes ont rejoint ${project}`,
    COLLABORATION_LEFT: (many, project) => `${many} personnes ont quitté ${project}`,
    SYSTEM: (many, project) => `${many} messages au sujet de ${project}`,
    MENTION: (many, project) => `${many} mentions dans ${project}`,
    BUDGET: (many, project) => `${many} budgets de ${project} sont presque ou entièrement utilisés`,
    TASK_WAITING: (many, project) => `${many} questions dans ${project}`,
    INVITE_ACCEPTED: (many, project) => `${many} invitations dans ${project} ont été acceptées`,
  },
};
