// A model that does the same each time, as OpenAI's chat completions: offered tools it makes a node and finishes.
//
// Called with the port to listen at.

import { createServer } from "node:http";

const port = Number(process.argv[2]);

function call(name, input) {
  const called = { name, arguments: JSON.stringify(input) };
  return { tool_calls: [{ index: 0, id: `call_${name}`, type: "function", function: called }] };
}

function said({ messages, tools }) {
  if (!tools?.length) return [{ content: "That is what " }, { content: "was asked." }];
  if (messages.some(({ role }) => role === "tool")) {
    return [call("finish", { result: "One question more." })];
  }
  return [{ content: "I ask one question more." }, call("create_node", { prompt: "What is missing?" })];
}

function chunks(body) {
  const deltas = said(body);
  const reason = deltas.some((delta) => delta.tool_calls) ? "tool_calls" : "stop";
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  return [
    ...deltas.map((delta) => ({ choices: [{ index: 0, delta, finish_reason: null }] })),
    { choices: [{ index: 0, delta: {}, finish_reason: reason }] },
    { choices: [], usage },
  ];
}

async function answer(request, response) {
  if (request.method === "GET") {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ object: "list", data: [{ id: "scripted", object: "model" }] }));
    return;
  }
  const parts = [];
  for await (const part of request) parts.push(part);
  const told = chunks(JSON.parse(Buffer.concat(parts).toString()));
  response.setHeader("content-type", "text/event-stream");
  for (const chunk of told) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  response.end("data: [DONE]\n\n");
}

createServer(answer).listen(port, "127.0.0.1");
