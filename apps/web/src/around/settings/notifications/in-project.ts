import type { Schemas } from "../../../api/client.ts";
import type { NoticeType, Preferences, Ways } from "./queries.ts";

export const LEVELS = ["ALL", "MENTIONS", "NONE"] as const;
export type Level = (typeof LEVELS)[number];
type InProject = Schemas["ProjectNotifications"];

/** What happens before somebody is in a project cannot be otherwise there. */
const BEFORE: readonly string[] = ["PROJECT_INVITE", "PROJECT_SHARE"];

export interface ChosenIn {
  readonly level: Level;
  /** What is otherwise than everywhere. */
  readonly own: Readonly<Record<string, Ways>>;
  /** By which ways one is told of each type there, of which one is told at all. */
  readonly types: readonly (readonly [NoticeType, Ways])[];
}

/** What somebody is told of a project: as everywhere, but for what was chosen for it. */
export function chosenIn(chosen: Preferences, project: string): ChosenIn {
  const { level = "ALL", types: own = {} } = find(chosen, project) ?? {};
  const types = (Object.entries(chosen.types ?? {}) as [NoticeType, Ways][])
    .filter(([type]) => !BEFORE.includes(type))
    .filter(([type]) => level === "ALL" || (level === "MENTIONS" && type === "MENTION"))
    .map(([type, ways]) => [type, own[type] ?? ways] as const);
  return { level, own, types };
}

/** The same with another level or other types for a project. What is as everywhere is not kept, and follows what is changed there. */
export function withProject(
  chosen: Preferences,
  project: string,
  change: Partial<Pick<ChosenIn, "level" | "own">>,
): Preferences {
  const { level, own } = { ...chosenIn(chosen, project), ...change };
  const types = Object.fromEntries(Object.entries(own).filter(([type, ways]) => !isAs(ways, chosen.types?.[type])));
  const others = (chosen.projects ?? []).filter(({ projectId }) => projectId !== project);
  const isUsual = level === "ALL" && Object.keys(types).length === 0;
  return { ...chosen, projects: isUsual ? others : [...others, { projectId: project, level, types }] };
}

const find = ({ projects = [] }: Preferences, project: string): InProject | undefined =>
  projects.find(({ projectId }) => projectId === project);

const isAs = (one: Ways, other: Ways | undefined) =>
  one.email === other?.email && one.browser === other.browser && one.mobile === other.mobile;
