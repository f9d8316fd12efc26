import { expect, test } from "vitest";

import { serverSent, type ServerSent } from "../../src/api/server-sent.ts";

async function read(...pieces: string[]): Promise<ServerSent[]> {
  const body = new ReadableStream<Uint8Array>({
    start(stream) {
      for (const piece of pieces) stream.enqueue(new TextEncoder().encode(piece));
      stream.close();
    },
  });
  const events: ServerSent[] = [];
  for await (const event of serverSent(body)) events.push(event);
  return events;
}

test("events are whole however they are cut", async () => {
  const events = [
    { event: "delta", data: '{"chunk":0}' },
    { event: "end", data: "{}" },
  ];
  const text = 'event: delta\nid: 0\ndata: {"chunk":0}\n\nevent: end\ndata: {}\n\n';
  expect(await read(text)).toEqual(events);
  expect(await read(...text.split(/(?=.)/s))).toEqual(events);
});

test("what keeps the connection alive is no event, and what is cut off is none either", async () => {
  expect(await read(":\n\n", "data: one\ndata: two\n\n", "data: thr")).toEqual([
    { event: "message", data: "one\ntwo" },
  ]);
});
