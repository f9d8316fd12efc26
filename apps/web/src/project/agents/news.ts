import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";

import type { ProjectSync } from "../../sync/index.ts";
import { onBecomingLive } from "../becoming-live.ts";
import { useProject } from "../project.ts";
import { ReadingSoon } from "../reading-soon.ts";
import { aboutAgents, moved, type Places } from "./events.ts";
import { agentKeys, useOpenTasks, useProjectAgents, type ProjectAgent, type Task } from "./queries.ts";

const placesOf = new WeakMap<ProjectSync, StoreApi<{ places: Places }>>();

function placesIn(project: ProjectSync): StoreApi<{ places: Places }> {
  const known = placesOf.get(project) ?? createStore(() => ({ places: new Map() as Places }));
  placesOf.set(project, known);
  return known;
}

/** Has what was read about agents read again when the log says that it changed. Used once on a page. */
export function useAgentNews(): void {
  const project = useProject();
  const queries = useQueryClient();
  useEffect(() => {
    const soon = new ReadingSoon(queries);
    const of = project.project;
    const stops = [
      project.onEvent((event) => {
        for (const one of aboutAgents(event)) {
          const store = placesIn(project);
          store.setState(({ places }) => ({ places: moved(places, one) }));
          if (one.op === "task.step") soon.mark(agentKeys.task(of, one.data.taskId));
          else if (one.op.startsWith("schedule.")) soon.mark(agentKeys.schedules(of));
          // What an agent is doing is told with it.
          else soon.mark(agentKeys.agents(of), agentKeys.tasks(of));
        }
      }),
      onBecomingLive(project, () => soon.mark(agentKeys.agents(of), agentKeys.tasks(of), agentKeys.schedules(of))),
    ];
    return () => {
      for (const stop of stops) stop();
      soon.stop();
    };
  }, [project, queries]);
}

/** An agent of the project, with what it is doing. */
export interface Working {
  readonly agent: ProjectAgent;
  /** The task that it runs, or that waits for somebody. */
  readonly task: Task | null;
  /** Where it is: the node of its latest step, or that of its task. */
  readonly node: string | null;
  /** Whether its latest step changed something there. */
  readonly isEditing: boolean;
}

const isUnderWay = ({ status }: Task) => status === "RUNNING" || status === "WAITING";

/** All agents of the project, those at work first. */
export function useWorking(): readonly Working[] {
  const agents = useProjectAgents().data ?? [];
  const tasks = useOpenTasks().data ?? [];
  const { places } = useStore(placesIn(useProject()));
  const all = agents.map((agent): Working => {
    const own = tasks.filter(({ agentId }) => agentId === agent.agentId);
    const task = own.find(({ status }) => status === "RUNNING") ?? own.find(isUnderWay) ?? null;
    const place = task === null ? undefined : places.get(task.id);
    return { agent, task, node: place?.node ?? task?.nodeId ?? null, isEditing: place?.isEditing ?? false };
  });
  return all.toSorted((a, b) => Number(a.task === null) - Number(b.task === null));
}
