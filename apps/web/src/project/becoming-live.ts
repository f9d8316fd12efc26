import type { ProjectSync } from "../sync/index.ts";

/** Calls whenever the server is back: what happened meanwhile may come as a snapshot, without its events. */
export function onBecomingLive({ state, onState }: Pick<ProjectSync, "state" | "onState">, listener: () => void) {
  let wasLive = state().status === "live";
  return onState(({ status }) => {
    const isLive = status === "live";
    if (isLive && !wasLive) listener();
    wasLive = isLive;
  });
}
