import { useMutation } from "@tanstack/react-query";

import { api, data, type Schemas } from "../../api/client.ts";
import { setUser } from "../../session/session.ts";
import { text } from "../../text/index.ts";
import { say } from "../../ui/toasts.ts";

/** Changes the account of whoever is logged in, and says so once the server has it. */
export function useUserChange() {
  return useMutation({
    mutationFn: (body: Schemas["PatchUser"]) => data(api.PATCH("/api/v1/users/me", { body })),
    onSuccess: (user) => {
      setUser(user);
      say(text().common.saved);
    },
  });
}

/** After a change whose answer does not hold the account. */
export async function readUser(): Promise<void> {
  setUser(await data(api.GET("/api/v1/users/me")));
}

export const orNull = (value: string): string | null => (value.trim() === "" ? null : value);
