import { expect, test } from "vitest";

import { titleAmong } from "../../src/project/title.ts";
import { graph, node } from "./kit.ts";

test("of several that are called the same a list says which one it is, the oldest first", () => {
  const { nodes } = graph([
    node("b", { prompt: "Why?" }),
    node("a", { prompt: "Why?" }),
    node("c", { prompt: "How?" }),
  ]);
  expect([...nodes.values()].map((each) => titleAmong(nodes, each))).toEqual(["Why? (2)", "Why? (1)", "How?"]);
});
