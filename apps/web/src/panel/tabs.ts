import { soonComponent } from "../ui/late.ts";
import { AGENTS_TAB } from "../project/agents/asking.ts";
import type { Tab } from "../project/parts.ts";
import { COMPARE_TAB } from "./compare/comparable.ts";
import { ofOneNode } from "./parts/of-one-node.tsx";

/** The tabs that nobody needs at first sight: what they show comes once the page has come to rest. */

const Context = soonComponent(async () => (await import("./context/Context.tsx")).Context);
const Attempts = soonComponent(async () => (await import("./attempts/Attempts.tsx")).Attempts);
const Usage = soonComponent(async () => (await import("./usage/Usage.tsx")).Usage);
const Compare = soonComponent(async () => (await import("./compare/Compare.tsx")).Compare);
const Agents = soonComponent(async () => (await import("./agents/Agents.tsx")).Agents);

export const contextTab: Tab = {
  id: "context",
  label: ({ panel }) => panel.tabs.context,
  offer: ({ canvas }) => canvas.showContext,
  isFor: (selected) => selected.length > 0,
  may: "costs:read",
  needsAccount: true,
  Body: ofOneNode(Context),
};

export const attemptsTab: Tab = {
  id: "attempts",
  label: ({ panel }) => panel.tabs.attempts,
  offer: ({ canvas }) => canvas.showAttempts,
  isFor: (selected) => selected.length > 0,
  may: "costs:read",
  needsAccount: true,
  Body: ofOneNode(Attempts),
};

export const usageTab: Tab = {
  id: "usage",
  label: ({ panel }) => panel.tabs.usage,
  isFor: () => true,
  may: "costs:read",
  needsAccount: true,
  Body: Usage,
};

export const compareTab: Tab = {
  id: COMPARE_TAB,
  label: ({ panel }) => panel.tabs.compare,
  isFor: () => true,
  // Its links lead to the two that it compares.
  givesWay: ({ comparing, selection }) => comparing?.some((id) => selection.has(id)) !== true,
  needsAccount: true,
  Body: Compare,
};

export const agentsTab: Tab = {
  id: AGENTS_TAB,
  label: ({ agents }) => agents.title,
  offer: ({ agents }) => agents.tasks.start,
  isFor: () => true,
  // The work of an agent is watched while cards are looked at.
  givesWay: ({ task }) => task === null,
  may: "agents:read",
  needsAccount: true,
  Body: Agents,
};
