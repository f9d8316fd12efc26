import type { Text } from "../../index.ts";

export const conversations: Text["around"]["conversations"] = {
  title: "Conversations",
  kindsLabel: "Projets ou conversations",
  search: "Chercher une conversation",
  unread: "Non lue",
  found: (count, more) =>
    count <= 1 && !more ? `${count} conversation` : `${count} conversations${more ? " et plus" : ""}`,
  empty: {
    title: "Pas encore de conversation",
    text: "Dès qu’une question est posée dans un de vos projets, elle apparaît ici.",
    notFound: "Aucun résultat",
    notFoundText: (query) =>
      `Aucune conversation ne contient « ${query} » dans son titre, sa dernière question ou sa dernière réponse.`,
    reset: "Effacer la recherche",
  },
};
