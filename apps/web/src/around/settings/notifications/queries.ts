import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, data, type Schemas } from "../../../api/client.ts";
import { text } from "../../../text/index.ts";
import { say, sayFailed } from "../../../ui/toasts.ts";

export type Preferences = Schemas["NotificationPreferences"];
export type NoticeType = Schemas["NotificationType"];
export type Ways = Schemas["Notifications"];
export type Way = keyof Ways;

const KEY = ["notification-preferences"] as const;
const PATH = "/api/v1/users/me/notification-preferences";

export const usePreferences = () =>
  useQuery({ queryKey: KEY, queryFn: ({ signal }) => data(api.GET(PATH, { signal })) });

/**
 * What is chosen, which is shown at once, and by what it is changed.
 * A choice holds all others, so they are sent one after another: one that overtook a later one would undo it.
 */
export function useChoices(read: Preferences): [Preferences, (chosen: Preferences) => void] {
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Preferences | null>(null);
  const { mutate } = useMutation({
    scope: { id: PATH },
    // Who leaves the page right after choosing has chosen.
    mutationFn: (body: Preferences) => data(api.PUT(PATH, { body, keepalive: true })),
    onSuccess: (kept) => {
      queries.setQueryData(KEY, kept);
      say(text().common.saved);
    },
    onError: sayFailed,
  });
  const choose = (chosen: Preferences) => {
    setDraft(chosen);
    // That is called after the last of several.
    mutate(chosen, { onSettled: () => setDraft(null) });
  };
  return [draft ?? read, choose];
}
