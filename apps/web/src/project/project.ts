import { createContext, use, useSyncExternalStore } from "react";

import type {
  CanvasGraph,
  Connection,
  EdgeView,
  GenerationText,
  NodeView,
  Peer,
  ProjectState,
  ProjectSync,
} from "../sync/index.ts";

/** The project that is open, for everything inside its page. */
export const OpenProject = createContext<ProjectSync | null>(null);

export function useProject(): ProjectSync {
  const project = use(OpenProject);
  if (project === null) throw new Error("this belongs inside the page of a project");
  return project;
}

/** The way to the project: the session's socket, or the public link of somebody without an account. */
export interface Access {
  readonly connection: Connection;
  /** Nothing that needs a session may be asked for. */
  readonly isGuest: boolean;
}

export const AccessContext = createContext<Access | null>(null);

export function useAccess(): Access {
  const access = use(AccessContext);
  if (access === null) throw new Error("this belongs inside the page of a project");
  return access;
}

/** Everything that the user sees of the project; null until the first snapshot is here. */
export function useMaybeGraph(): CanvasGraph | null {
  const { onChange, graph } = useProject();
  return useSyncExternalStore(onChange, graph);
}

export function useGraph(): CanvasGraph {
  const graph = useMaybeGraph();
  if (graph === null) throw new Error("the project is not here yet");
  return graph;
}

/** One node: drawn again only when it changes itself. */
export function useNode(id: string): NodeView | undefined {
  const project = useProject();
  return useSyncExternalStore(project.onChange, () => project.node(id));
}

export function useProjectState(): ProjectState {
  const { onState, state } = useProject();
  return useSyncExternalStore(onState, state);
}

export function usePeers(): ReadonlyMap<number, Peer> {
  const { presence } = useProject();
  return useSyncExternalStore(presence.onChange, presence.peers);
}

/** What models are writing right now, by node. */
export function useWritings(): ReadonlyMap<string, GenerationText> {
  const { generations } = useProject();
  const running = useSyncExternalStore(generations.onChange, generations.running);
  return new Map(Array.from(running.values(), (text) => [text.node, text]));
}

/** What a model is writing into a node right now, from its first word; undefined when none is. */
export function useWriting(node: string): GenerationText | undefined {
  const { generations } = useProject();
  return useSyncExternalStore(generations.onChange, () => {
    for (const text of generations.running().values()) if (text.node === node) return text;
    return undefined;
  });
}

export type { EdgeView, NodeView };
