import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, data, type Schemas } from "../../../api/client.ts";
import { readAgain } from "../../../api/read-again.ts";
import { sayFailed } from "../../../ui/toasts.ts";
import { whole } from "../../parts/whole.ts";

export type Token = Schemas["TokenView"];
export type NewToken = Schemas["NewToken"];

export const TOKENS = ["tokens"] as const;

export const useTokens = () =>
  useQuery({
    queryKey: TOKENS,
    queryFn: ({ signal }) => whole((query) => data(api.GET("/api/v1/users/me/tokens", { params: { query }, signal }))),
  });

export function useTokenMaking(onDone: (made: NewToken) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["CreateToken"]) => data(api.POST("/api/v1/users/me/tokens", { body })),
    onSuccess: async (made) => {
      // The token is given this once, so nothing may come before it.
      onDone(made);
      await readAgain(queries, TOKENS);
    },
  });
}

export function useTokenRevoking(onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: Token) => data(api.DELETE("/api/v1/users/me/tokens/{id}", { params: { path: { id } } })),
    onSuccess: async () => {
      await readAgain(queries, TOKENS);
      onDone();
    },
    onError: sayFailed,
  });
}
