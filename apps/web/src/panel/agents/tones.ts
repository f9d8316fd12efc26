import type { ProjectAgent, Task } from "../../project/agents/queries.ts";
import type { Tone } from "../parts/Parts.tsx";

export const tonesOfAgents: Readonly<Record<ProjectAgent["status"], Tone>> = {
  IDLE: "plain",
  RUNNING: "accent",
  COMPLETED: "good",
  FAILED: "bad",
  CANCELLED: "plain",
};

export const tonesOfTasks: Readonly<Record<Task["status"], Tone>> = {
  PENDING: "plain",
  RUNNING: "accent",
  WAITING: "warn",
  COMPLETED: "good",
  FAILED: "bad",
  CANCELLED: "plain",
};
