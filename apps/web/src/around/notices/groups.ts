import type { Schemas } from "../../api/client.ts";
import { AGENTS_TAB } from "../../project/agents/tab.ts";
import { TAB_PARAMETER, TASK_PARAMETER } from "../../project/ui-state.ts";

export type Notice = Schemas["NotificationView"];

/** Several of a kind in one project that nobody has read are one thing to look at. */
export interface Group {
  readonly latest: Notice;
  readonly all: readonly Notice[];
}

/** What is seen as one: of what is read, each stands for itself. */
export function keyOf({ id, type, projectId, read }: Notice): string {
  return read ? id : `${projectId ?? ""} ${type}`;
}

/** In the order of the latest of each. */
export function grouped(notices: readonly Notice[]): readonly Group[] {
  const groups = new Map<string, Notice[]>();
  for (const notice of notices) {
    const group = groups.get(keyOf(notice));
    if (group === undefined) groups.set(keyOf(notice), [notice]);
    else group.push(notice);
  }
  return [...groups.values()].flatMap((all) => {
    const [latest] = all;
    return latest === undefined ? [] : [{ latest, all }];
  });
}

/** Where a notification leads. Who is only invited finds the invitation in the list of projects. */
export function placeOf({ type, projectId, nodeId, data }: Notice): string {
  if (projectId === null || type === "PROJECT_INVITE") return "/";
  const place = `/projects/${projectId}`;
  const task = wordOf(data, "taskId");
  const asked = new URLSearchParams({
    ...(nodeId !== null && { node: nodeId }),
    ...(task !== "" && { [TAB_PARAMETER]: AGENTS_TAB, [TASK_PARAMETER]: task }),
  });
  return asked.size === 0 ? place : `${place}?${asked.toString()}`;
}

export const projectOf = ({ data }: Notice): string => wordOf(data, "project");

function wordOf(data: unknown, name: string): string {
  if (typeof data !== "object" || data === null) return "";
  const word = (data as Record<string, unknown>)[name];
  return typeof word === "string" ? word : "";
}
