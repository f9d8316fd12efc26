import type { App, Person } from "./index.ts";

/** An agent of somebody, in one of their projects. */
export async function withAgent(
  { user }: Person,
  project: string,
  { name, mode }: { name: string; mode: "APPLY" | "PROPOSE" },
): Promise<string> {
  const { id } = (await user.call("POST", "/agents", { name, type: "facilitator" })) as { id: string };
  await user.call("POST", `/projects/${project}/agents`, { agentId: id, role: "EDITOR", mode });
  return id;
}

type Use = readonly [tool: string, input: (made: readonly string[]) => object];

/**
 * Has an agent do a task in which it uses tools one after the other, and finishes. Each may use the ids of what the
 * ones before it proposed.
 */
export async function works(
  app: App,
  { user }: Person,
  project: string,
  { agentId, prompt, uses }: { agentId: string; prompt: string; uses: readonly Use[] },
): Promise<void> {
  const { id } = (await user.call("POST", `/projects/${project}/tasks`, { agentId, prompt })) as { id: string };
  for (const [tool, input] of uses) (await app.provider.asked()).use(tool, input(await proposedIn(user, project)));
  (await app.provider.asked()).use("finish", { result: "That is what I would do." });
  for (;;) {
    const { status } = (await user.call("GET", `/projects/${project}/tasks/${id}`)) as { status: string };
    if (status === "COMPLETED") return;
    if (status === "FAILED") throw new Error("the task failed");
  }
}

/** The ids of what is proposed, in order. */
async function proposedIn(user: Person["user"], project: string): Promise<readonly string[]> {
  const { items } = (await user.call("GET", `/projects/${project}/changesets`)) as {
    items: { id: string; mode: string }[];
  };
  const set = items.find(({ mode }) => mode === "PROPOSE");
  if (set === undefined) return [];
  const whole = (await user.call("GET", `/projects/${project}/changesets/${set.id}`)) as { items: { id: string }[] };
  return whole.items.map(({ id }) => id);
}
