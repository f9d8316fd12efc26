import type { Text } from "../../index.ts";

export const conversations: Text["around"]["conversations"] = {
  title: "Conversations",
  kindsLabel: "Projets ou conversations",
  search: "Rechercher une conversation",
  unread: "Non lue",
  found: (count, more) => (count <= 1 && !more ? `${count} conversation` : `${count}${more ? "+" : ""} conversations`),
  empty: {
    title: "Pas encore de conversation",
    text: "Les questions posées dans vos projets apparaissent ici.",
    notFound: "Aucun résultat",
    notFoundText: (query) =>
      `Aucune conversation ne contient « ${query} » dans son titre, sa dernière question ou sa dernière réponse.`,
    reset: "Effacer la recherche",
  },
};
