import { expect, test } from "vitest";

import { fromClipboard, toClipboard } from "../../src/canvas/clipboard.ts";
import { copiedFrom } from "../../src/project/copied-from.ts";
import type { CanvasGraph } from "../../src/sync/index.ts";
import { graph, node } from "./kit.ts";

const PROJECT = "01890000-0000-7000-8000-000000000001";
const NODE = "01890000-0000-7000-8000-000000000002";

test("a copy says what it is a copy of", () => {
  const there = { ...graph([node(NODE)]), project: { id: PROJECT } } as unknown as CanvasGraph;
  const [copy] = fromClipboard(toClipboard(there, new Set([NODE])))?.nodes ?? [];
  expect(copiedFrom({ metadata: copy?.metadata ?? null })).toEqual({ project: PROJECT, node: NODE });
});

test("nothing but ids is taken for a source", () => {
  for (const said of [null, "x", { project: PROJECT }, { project: "../../settings", node: NODE }])
    expect(copiedFrom({ metadata: { copiedFrom: said } })).toBeNull();
  expect(copiedFrom({ metadata: null })).toBeNull();
});
