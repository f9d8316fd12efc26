import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, data } from "../../../api/client.ts";
import { readAgain } from "../../../api/read-again.ts";
import { sayFailed } from "../../../ui/toasts.ts";
import { whole } from "../../parts/whole.ts";

export const SESSIONS = ["sessions"] as const;

export const useSessions = () =>
  useQuery({
    queryKey: SESSIONS,
    queryFn: ({ signal }) => whole((query) => data(api.GET("/api/v1/auth/sessions", { params: { query }, signal }))),
  });

export function useSessionEnd(onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => data(api.DELETE("/api/v1/auth/sessions/{id}", { params: { path: { id } } })),
    onSuccess: async () => {
      await readAgain(queries, SESSIONS);
      onDone();
    },
    onError: sayFailed,
  });
}
