// Stock clients against a running server: the official TypeScript clients of MCP and of OpenAI.
//
// Called with the server's address, an API token, a project, and a node of it.

import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import OpenAI from "openai";

const [address, token, project, node] = process.argv.slice(2);

async function checkMcp() {
  const headers = { Authorization: `Bearer ${token}` };
  const client = new Client({ name: "check", version: "1" });
  const url = new URL(`${address}/mcp?project=${project}`);
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
  const names = (await client.listTools()).tools.map((tool) => tool.name);
  assert(names.includes("connect") && !names.includes("list_projects"), names.join());

  const call = async (name, input) => {
    const result = await client.callTool({ name, arguments: input });
    return { isError: result.isError, text: result.content[0].text };
  };
  const made = await call("create_node", { prompt: "From a TypeScript client", parentIds: [node] });
  const id = JSON.parse(made.text).results[0].id;
  const back = await call("connect", { edges: [{ sourceId: id, targetId: node }] });
  assert(back.isError && back.text.includes("cycle"), back.text);
  assert((await call("read_graph", { around: id })).text.includes("From a TypeScript client"));

  const uri = `nonlinear://projects/${project}/nodes/${id}`;
  const read = await client.readResource({ uri });
  assert(read.contents[0].text.includes("From a TypeScript client"));
  await client.close();
}

async function checkOpenAi() {
  const client = new OpenAI({ baseURL: `${address}/v1`, apiKey: token });
  const model = `node:${node}`;
  const messages = [{ role: "user", content: "What does a TypeScript client ask?" }];
  const stream = await client.chat.completions.create({ model, messages, stream: true });
  let words = "";
  for await (const chunk of stream) words += chunk.choices[0]?.delta.content ?? "";
  assert(words.length > 0);

  const response = await client.responses.create({ model, input: "And once more?" });
  assert(response.output_text.length > 0);
  await assert.rejects(
    client.chat.completions.create({ model, messages: [] }),
    (error) => error instanceof OpenAI.BadRequestError && error.param === "messages",
  );
}

await checkMcp();
await checkOpenAi();
