import { Copy, GitMerge, Tags } from "lucide-react";

import { api, data } from "../../api/client.ts";
import { opens } from "../../project/parts.ts";
import { FIRST_TAB } from "../../project/ui-state.ts";
import { text } from "../../text/index.ts";
import { say, sayFailed } from "../../ui/toasts.ts";
import { isAsked } from "../../project/kinds.ts";
import { boxOf } from "../../project/sizes.ts";
import { awaitFollowUp, focusFollowUp, FOLLOW_UP_PX } from "../followup/focus.ts";
import { bringIntoSight } from "../sight.ts";
import { markdownOf } from "../markdown.ts";
import { markingWindow } from "../marking/window.tsx";
import { selectedIn, type CanvasCommand, type CanvasHands } from "./hands.ts";

/** As many as the server brings together in one. */
const MERGED_MAX = 10;
const isAny = (hands: CanvasHands) => selectedIn(hands).length > 0;

export const followUp: CanvasCommand = {
  id: "follow-up",
  view: "canvas",
  may: "runs:run",
  keys: ["a"],
  shown: "A",
  help: { part: "nodes", says: ({ hands }) => hands.followUp },
  isPointed: true,
  isFor: ({ project, store }) => {
    const [id = "", another] = selectedIn({ store });
    const node = project.node(id);
    return another === undefined && node !== undefined && isAsked(node) && node.status !== "IDLE";
  },
  run: ({ flow, project, store }) => {
    const [id = ""] = selectedIn({ store });
    const node = project.node(id);
    if (node === undefined || focusFollowUp()) return;
    // From afar there is no field.
    awaitFollowUp(id);
    bringIntoSight(flow, boxOf(node), FOLLOW_UP_PX);
  },
};

export const synthesise: CanvasCommand = {
  id: "synthesise",
  view: "canvas",
  may: "graph:write",
  on: ["selection"],
  icon: GitMerge,
  label: ({ hands }) => hands.synthesise,
  isFor: (hands) => selectedIn(hands).length > 1,
  whyNot: (hands, words) => (selectedIn(hands).length > MERGED_MAX ? words.hands.atMost(MERGED_MAX) : null),
  run: (hands) => synthesised(hands).catch(sayFailed),
};

/** A new question that is based on all of them; whoever likes it asks it. */
async function synthesised({ project, store, history }: CanvasHands): Promise<void> {
  const body = { nodeIds: selectedIn({ store }) as string[] };
  const params = { path: { project_id: project.project } };
  const { id } = await data(api.POST("/api/v1/projects/{project_id}/merge", { params, body }));
  history.made([id]);
  store.setState({ selection: new Set([id]), showing: new Set([id]), panel: FIRST_TAB });
  say(text().panel.compare.merged);
}

export const marking: CanvasCommand = {
  id: "marking",
  view: "canvas",
  may: "graph:write",
  on: ["card", "selection"],
  icon: Tags,
  keys: ["m"],
  shown: "M",
  help: { part: "nodes", says: ({ hands }) => hands.marking },
  isPointed: true,
  isFor: isAny,
  run: opens(markingWindow),
};

export const copyMarkdown: CanvasCommand = {
  id: "copy-markdown",
  view: "canvas",
  on: ["card", "selection"],
  icon: Copy,
  keys: ["Mod+Shift+c"],
  shown: "Mod+Shift+C",
  help: { part: "graph", says: ({ hands }) => hands.copyMarkdown },
  isPointed: true,
  isFor: isAny,
  run: ({ project, store }) => {
    const graph = project.graph();
    const { selection } = store.getState();
    if (graph === null || selection.size === 0) return;
    navigator.clipboard
      .writeText(markdownOf(graph, selection))
      .then(() => say(text().hands.copiedMarkdown(selection.size)), sayFailed);
  },
};

const carry = (id: string, policy: "FULL" | "SUMMARY" | "EXCLUDE"): CanvasCommand => ({
  id,
  view: "canvas",
  may: "graph:write",
  on: ["edge"],
  label: ({ canvas, hands }) => hands.carry(canvas.policy[policy]),
  isFor: ({ store }) => store.getState().selectedEdges.size > 0,
  run: ({ actions, store }) => actions.setPolicy(store.getState().selectedEdges, policy),
});

export const carryFull = carry("carry-full", "FULL");
export const carrySummary = carry("carry-summary", "SUMMARY");
export const carryNothing = carry("carry-nothing", "EXCLUDE");
