import { useInfiniteQuery } from "@tanstack/react-query";

import { api, data } from "../../api/client.ts";
import { CONVERSATIONS } from "../../project/conversations.ts";
import { after, isWriting, joined } from "./pages.ts";

const FIRST: { cursor?: string } = {};
/** How soon it is looked whether what is being written is there. */
const WRITING_MS = 4_000;

/** The conversations of all projects whose last words have `q` in them, those that said something last first. */
export function useConversations(q: string) {
  return useInfiniteQuery({
    queryKey: [...CONVERSATIONS, q],
    queryFn: ({ pageParam, signal }) =>
      data(api.GET("/api/v1/conversations", { signal, params: { query: { ...(q !== "" && { q }), ...pageParam } } })),
    initialPageParam: FIRST,
    getNextPageParam: after,
    // Others go on while one reads elsewhere: what was listed a moment ago is never as it was.
    staleTime: 0,
    refetchInterval: ({ state }) => (isWriting(state.data?.pages) ? WRITING_MS : false),
    select: ({ pages }) => joined(pages),
  });
}
