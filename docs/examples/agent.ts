// Makes an agent, has it do something in a project, prints what came of it, and takes it back.
//
//     NONLINEAR_TOKEN=nl_... node agent.ts PROJECT "Ask what is missing here."
//
// The token needs the scopes agent, run and graph. NONLINEAR_URL is the server, http://127.0.0.1:4000 if it is not set.
// Node runs this file from version 22.18 on; before, compile it with tsc.

const server = process.env["NONLINEAR_URL"] ?? "http://127.0.0.1:4000";
const token = process.env["NONLINEAR_TOKEN"] ?? "";
const [projectId, instruction] = process.argv.slice(2);
const project = `/projects/${projectId}`;

type Task = { id: string; result: unknown; error: unknown; changeSetId: string | null };

async function call(method: string, path: string, body?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const answer = await fetch(`${server}/api/v1${path}`, init);
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  return (await call(method, path, body)).json() as Promise<T>;
}

/** Prints the words of a task as they come; gives the status with which it ends. */
async function follow(task: string): Promise<string> {
  const decoder = new TextDecoder();
  const { body } = await call("GET", `${task}/stream`);
  const reader = body!.getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + decoder.decode(part.value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines.filter((line) => line.startsWith("data:"))) {
      const event = JSON.parse(line.slice("data:".length)) as { status?: string; text?: string };
      if (event.status) return event.status;
      process.stdout.write(event.text ?? "");
    }
  }
  throw new Error("the stream was cut off; follow it again");
}

async function main(): Promise<void> {
  const body = { name: "Example in TypeScript", type: "researcher" };
  const { id: agentId } = await ask<{ id: string }>("POST", "/agents", body);
  try {
    await ask("POST", `${project}/agents`, { agentId, role: "EDITOR" });
    const { id } = await ask<Task>("POST", `${project}/tasks`, { agentId, prompt: instruction });
    const task = `${project}/tasks/${id}`;
    // A task that waits for a person goes on when somebody answers it on the canvas.
    const status = await follow(task);
    const done = await ask<Task>("GET", task);
    console.log(`\n${status}: ${JSON.stringify(done.result ?? done.error)}`);
    if (done.changeSetId) {
      const path = `${project}/changesets/${done.changeSetId}/revert`;
      const reverted = await ask<{ items: unknown[]; left: unknown[] }>("POST", path, {});
      console.log(`taken back: ${reverted.items.length} changes, left: ${reverted.left.length}`);
    }
    if (status !== "COMPLETED") process.exitCode = 1;
  } finally {
    await call("DELETE", `/agents/${agentId}`);
  }
}

void main();
