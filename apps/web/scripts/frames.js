// Writes generated/frames.ts: the types of everything that goes over the socket, from docs/asyncapi.json. Its messages
// and schemas are JSON Schemas, as those of OpenAPI are, so the program that reads OpenAPI documents reads them too.
import { readFile, writeFile } from "node:fs/promises";

import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined)
  throw new Error("usage: node scripts/frames.js <asyncapi.json> <frames.ts>");

const { messages, schemas } = JSON.parse(await readFile(from, "utf8")).components;
const frames = Object.fromEntries(Object.entries(messages).map(([name, { payload }]) => [name, payload]));
const document = {
  openapi: "3.1.0",
  info: { title: "Frames", version: "1" },
  paths: {},
  components: { schemas: { ...schemas, ...frames } },
};
/** What is left of an object for those who may not see its fields. */
const nothing = ts.factory.createTypeReferenceNode("Partial<Record<string, never>>");
const types = await openapiTS(document, {
  immutable: true,
  emptyObjectsUnknown: true,
  silent: true,
  transform: (schema) => (schema.maxProperties === 0 ? nothing : undefined),
});
await writeFile(to, `// Made by \`npm run schema\`.\n${astToString(types)}`);
