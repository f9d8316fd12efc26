import { createElement, useSyncExternalStore, type ComponentType, type ReactNode } from "react";

import { Emitter } from "../sync/index.ts";

/** What few texts need comes when the first of them is shown; until then, and without it, the text is read as well. */
export function late<T>(load: () => Promise<T>): (wanted: boolean) => T | null {
  let here: T | null = null;
  let isAsked = false;
  const arrived = new Emitter<undefined>();
  const fetched = async () => {
    here = await load();
    arrived.emit(undefined);
  };
  const subscribe = (listener: () => void) => {
    if (!isAsked) {
      isAsked = true;
      void fetched().catch(() => {
        isAsked = false;
      });
    }
    return arrived.listen(listener);
  };
  return function useLate(wanted) {
    return useSyncExternalStore(wanted ? subscribe : never, () => (wanted ? here : null), none);
  };
}

const never = () => () => undefined;
const none = () => null;

const soon: (() => Promise<unknown>)[] = [];
/** Browsers that cannot say when they have nothing to do are left in peace for so long. */
const IDLE_MS = 2_000;

/** What most people want sooner or later: it is fetched once the page has come to rest. */
export function wantedSoon(load: () => Promise<unknown>): void {
  soon.push(load);
}

/** As a component that comes late, for what is wanted soon. */
export function soonComponent<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  wantedSoon(load);
  return lateComponent(load);
}

/** Fetches what will be wanted, so that it is there without a server, too. What does not come is asked for when it is drawn. */
export function fetchSoon(): void {
  const fetchAll = () => soon.splice(0).forEach((load) => void load().catch(() => undefined));
  if ("requestIdleCallback" in globalThis) requestIdleCallback(fetchAll);
  else setTimeout(fetchAll, IDLE_MS);
}

/** A component whose program comes when it is first drawn; nothing stands in its place until then. */
export function lateComponent<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const useLoaded = late(load);
  return function Late(props: P): ReactNode {
    const loaded = useLoaded(true);
    return loaded === null ? null : createElement(loaded, props);
  };
}
