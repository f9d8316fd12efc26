import type { App, Person } from "./index.ts";

/** A small piece of work as a team would have it on its canvas: branches, a summary, something out of date. */
export interface Story {
  readonly project: string;
  readonly nodes: Readonly<Record<"goal" | "risks" | "market" | "plan" | "open", string>>;
}

const GOAL = "We want to open a small bookshop with a café. What decides whether it lives?";
const GOAL_ANSWER =
  "Three things decide it:\n\n1. **Footfall** that is there anyway: a station, a market, a school\n2. **Margin**: books leave about 35 %, coffee 70 %\n3. **Reasons to come back**: readings, a reading club, a table that is yours\n\n> A café pays the rent, the books are why people come.";
const RISKS_ANSWER =
  "| Risk | Early sign | Answer |\n|---|---|---|\n| Rent rises | lease shorter than 5 years | option to extend |\n| Slow stock | turns below 3 a year | right of return |\n| Two trades, one team | queues at noon | one counter |";
const MARKET_ANSWER =
  "Within 15 minutes on foot: two chains, no independent shop, one café with seats. *The gap is an afternoon place.*";
const PLAN_ANSWER =
  "Begin with **60 m²**, a single counter and 3,500 titles:\n\n```text\nweeks 1–4   lease, licence, counter\nweeks 5–8   first stock, right of return\nweeks 9–10  soft opening with the reading club\n```";

export async function told(app: App, ada: Person): Promise<Story> {
  const { id: project } = (await ada.user.call("POST", "/projects", {
    name: "The corner bookshop",
    description: "From an idea to a lease",
  })) as { id: string };
  const node = async (prompt: string, x: number, y: number, parentIds: string[] = []) =>
    (
      (await ada.user.call("POST", `/projects/${project}/nodes`, { prompt, position: { x, y }, parentIds })) as {
        id: string;
      }
    ).id;
  const answered = async (id: string, text: string) => {
    await ada.user.call("POST", `/projects/${project}/nodes/${id}/generate`, {});
    const answer = await app.provider.asked();
    answer.say(text);
    answer.end();
    await settled(ada, project, id);
  };

  const goal = await node(GOAL, 0, 0);
  await answered(goal, GOAL_ANSWER);
  const risks = await node("What can go wrong, and how would we see it early?", -400, 470, [goal]);
  await answered(risks, RISKS_ANSWER);
  const market = await node("What is there already around the station?", 20, 470, [goal]);
  await answered(market, MARKET_ANSWER);
  const plan = await node("Make a plan for the first ten weeks from this.", -190, 900, [risks, market]);
  await answered(plan, PLAN_ANSWER);
  const open = await node("Which three people should we talk to first?", 440, 470, [goal]);
  await ada.user.call("POST", `/projects/${project}/nodes`, {
    prompt: "A name for it?",
    position: { x: 440, y: 750 },
    parentIds: [open],
  });
  // The market was looked at again, by hand: the plan rests on something else now.
  const { version } = (await ada.user.call("GET", `/projects/${project}/nodes/${market}`)) as { version: number };
  const response = `${MARKET_ANSWER} A third chain opens in spring.`;
  await ada.user.call("POST", `/projects/${project}/ops`, {
    ops: [{ op: "node.update", data: { id: market, response, baseVersion: version } }],
  });
  return { project, nodes: { goal, risks, market, plan, open } };
}

async function settled(ada: Person, project: string, node: string): Promise<void> {
  for (;;) {
    const { status } = (await ada.user.call("GET", `/projects/${project}/nodes/${node}`)) as { status: string };
    if (status === "COMPLETED") return;
    if (status === "ERROR") throw new Error("the answer failed");
  }
}
