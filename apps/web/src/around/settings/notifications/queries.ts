import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, data, type Schemas } from "../../../api/client.ts";
import { text } from "../../../text/index.ts";
import { say, sayFailed } from "../../../ui/toasts.ts";

export type Preferences = Schemas["NotificationPreferences"];
export type NoticeType = Schemas["NotificationType"];
export type Ways = Schemas["Notifications"];

const KEY = ["notification-preferences"] as const;
const PATH = "/api/v1/users/me/notification-preferences";

export const usePreferences = () =>
  useQuery({ queryKey: KEY, queryFn: ({ signal }) => data(api.GET(PATH, { signal })) });

/**
 * Shows a choice at once, and asks the server what it has after the last of several.
 * A choice holds all others, so they are sent one after another: one that overtook a later one would undo it.
 */
export function usePreferring(): (chosen: Preferences) => void {
  const queries = useQueryClient();
  const { mutate } = useMutation({
    mutationKey: KEY,
    scope: { id: PATH },
    // Who leaves the page right after choosing has chosen.
    mutationFn: (body: Preferences) => data(api.PUT(PATH, { body, keepalive: true })),
    onSuccess: () => say(text().common.saved),
    onError: sayFailed,
    onSettled: async () => {
      if (queries.isMutating({ mutationKey: KEY }) === 1) await queries.invalidateQueries({ queryKey: KEY });
    },
  });
  return (chosen) => {
    // What was read before must not hide what is chosen now.
    void queries.cancelQueries({ queryKey: KEY });
    queries.setQueryData(KEY, chosen);
    mutate(chosen);
  };
}
