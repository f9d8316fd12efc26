import { WebSocket } from "ws";

import { Connection, NotAuthenticated, openProject, type ProjectSync } from "../../src/sync/index.ts";

/** Opens a project of somebody who has logged in. */
export async function edit(origin: string, accessToken: string, user: string, project: string): Promise<ProjectSync> {
  const api = (path: string) =>
    fetch(`${origin}/api/v1${path}`, { method: "POST", headers: { authorization: `Bearer ${accessToken}` } });

  const connection = new Connection({
    url: `${origin.replace("http", "ws")}/api/v1/ws`,
    ticket: async () => {
      const answer = await api("/auth/ws-ticket");
      if (answer.status === 401) throw new NotAuthenticated("log in again");
      return ((await answer.json()) as { ticket: string }).ticket;
    },
    WebSocket, // Browsers need not say this.
  });
  const sync = await openProject({ connection, user, project });
  connection.start();

  sync.onState(({ status, pending, reason }) => {
    console.log(status, `${pending} unconfirmed`, reason ?? "");
  });
  sync.onChange(({ nodes }) => {
    console.log("draw again", [...nodes]);
  });
  sync.onRefused(({ op, refusal }) => {
    console.log("taken back", op.op, refusal.code);
  });

  const question = sync.submit("node.create", { prompt: "Why?", position: { x: 0, y: 0 } });
  sync.submit("node.create", { prompt: "And then?", position: { x: 0, y: 200 }, parentIds: [question.id] });
  sync.submit("node.update", { id: question.id, prompt: "Why not?" });
  sync.presence.set({ cursor: { x: 10, y: 20 }, editing: question.id });
  await question.settled;
  return sync;
}
