import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, data } from "../../../api/client.ts";
import { readAgain } from "../../../api/read-again.ts";
import { settingsText } from "../../../text/settings.ts";
import { explainOnly, sayFailed } from "../../../ui/toasts.ts";
import { PUSH_PATH } from "../../notices/push.ts";

const KEY = ["push-subscriptions"] as const;

export const useDevices = () =>
  useQuery({ queryKey: KEY, queryFn: ({ signal }) => data(api.GET(PUSH_PATH, { signal })) });

/** Which devices are told is read again after each change, also after one that did not come about. */
export function useDeviceChange<T>(change: (wanted: T) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => readAgain(queries, KEY),
    // What the browser itself refuses has no words for people.
    onError: (error: unknown) =>
      error instanceof DOMException ? explainOnly(settingsText().devices.failed) : sayFailed(error),
  });
}
