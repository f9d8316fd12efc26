import { QueryClient } from "@tanstack/react-query";

import { Refused } from "../api/problem.ts";

const TRIES_MAX = 2;

/** What was read over REST. A refusal is an answer: only a server that was not reached is asked again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => !(error instanceof Refused) && failures < TRIES_MAX,
    },
  },
});
