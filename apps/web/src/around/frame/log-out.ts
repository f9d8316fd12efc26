import { useMutation } from "@tanstack/react-query";
import { useLocation } from "wouter";

import { api } from "../../api/client.ts";
import { Refused } from "../../api/problem.ts";
import { end } from "../../session/session.ts";
import { sayFailed } from "../../ui/toasts.ts";

/** Here, or on all devices and maybe with all API tokens. */
export type Where = "here" | { endTokens: boolean };

/** Logs out, here or on all devices; whoever logs in next begins at `then`. */
export function useLogOut(then = "/") {
  const [, go] = useLocation();
  return useMutation({
    mutationFn: leave,
    onSuccess: () => {
      go(then, { replace: true });
      end();
    },
    onError: sayFailed,
  });
}

async function leave(where: Where): Promise<void> {
  try {
    await (where === "here" ? api.POST("/api/v1/auth/logout") : api.POST("/api/v1/auth/logout-all", { body: where }));
  } catch (error) {
    // A session that has ended already is what was asked for.
    if (!(error instanceof Refused && error.problem.status === 401)) throw error;
  }
}
