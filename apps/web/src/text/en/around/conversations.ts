export const conversations = {
  title: "Conversations",
  kindsLabel: "Projects or conversations",
  search: "Search conversations",
  unread: "Not read yet",
  found: (count: number, more: boolean) =>
    count === 1 && !more ? "One conversation" : `${count}${more ? " and more" : ""} conversations`,
  empty: {
    title: "No conversation yet",
    text: "As soon as something is asked in one of your projects, it stands here.",
    notFound: "Nothing found",
    notFoundText: (query: string) =>
      `No conversation has “${query}” in its title, its last question or its last answer.`,
    reset: "Clear the search",
  },
};
