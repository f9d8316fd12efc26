export const conversations = {
  title: "Conversations",
  kindsLabel: "Projects or conversations",
  search: "Search conversations",
  unread: "Unread",
  found: (count: number, more: boolean) =>
    count === 1 && !more ? "1 conversation" : `${count}${more ? "+" : ""} conversations`,
  empty: {
    title: "No conversations yet",
    text: "Questions asked in your projects appear here.",
    notFound: "No results",
    notFoundText: (query: string) => `No conversation has “${query}” in its title, last question or last answer.`,
    reset: "Clear search",
  },
};
