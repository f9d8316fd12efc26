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

/** Shows a choice at once, and what was before if the server does not take it. */
export function usePreferring() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Preferences) => data(api.PUT(PATH, { body })),
    onMutate: (body) => {
      const before = queries.getQueryData<Preferences>(KEY);
      queries.setQueryData(KEY, body);
      return before;
    },
    onSuccess: (kept) => {
      queries.setQueryData(KEY, kept);
      say(text().common.saved);
    },
    onError: (error, _, before) => {
      queries.setQueryData(KEY, before);
      sayFailed(error);
    },
  });
}
