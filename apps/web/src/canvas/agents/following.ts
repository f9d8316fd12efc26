import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";

import { useWorking } from "../../project/agents/news.ts";
import { useCanvas, useCanvasStore } from "../../project/ui-state.ts";
import { glide } from "../sight.ts";

const GLIDE_MS = 300;

/** Keeps the node in sight that a followed agent is at, until it is done or the user takes over. */
export function useFollowingAgent(): void {
  const store = useCanvasStore();
  const { fitView } = useReactFlow();
  const following = useCanvas((ui) => ui.following);
  const followed = useWorking().find(({ agent }) => agent.agentId === following);
  const node = followed?.node ?? null;
  const isOver = typeof following === "string" && (followed === undefined || followed.task === null);
  useEffect(() => {
    if (isOver) store.setState({ following: null });
  }, [isOver, store]);
  useEffect(() => {
    if (node !== null) void fitView({ nodes: [{ id: node }], duration: glide(GLIDE_MS), maxZoom: 1, padding: 0.4 });
  }, [node, fitView]);
}
