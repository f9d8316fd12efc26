import { expect, it } from "vitest";

import { marksOf } from "../../src/canvas/marks.ts";
import { personsOf } from "../../src/canvas/persons.ts";
import type { Peer } from "../../src/sync/index.ts";

const peer = (s: number, userId: string, fields: Partial<Peer> = {}): Peer => ({
  s,
  userId,
  name: userId,
  color: "#e5484d",
  cursor: null,
  selection: [],
  editing: null,
  view: null,
  typing: null,
  ...fields,
});

it("counts one person on two devices once, and nobody's own other device", () => {
  const pointing = { cursor: { x: 0, y: 0 } };
  const persons = personsOf([peer(3, "bob"), peer(1, "ada"), peer(2, "ada", pointing), peer(4, "eve")], "eve");
  expect(persons.map(({ name }) => name)).toEqual(["ada", "bob"]);
  expect(persons[0]?.sockets).toEqual([2, 1]);
});

it("marks a card once for a person, with what they type there", () => {
  const peers = [
    peer(1, "ada", { selection: ["n"] }),
    peer(2, "ada", { editing: "n", typing: "Wh" }),
    peer(3, "ada", { selection: ["n"] }),
  ];
  const marks = JSON.parse(marksOf(new Map(peers.map((each) => [each.s, each]))).get("n") ?? "[]") as object[];
  expect(marks).toEqual([{ s: 2, name: "ada", color: "#e5484d", editing: true, typing: "Wh" }]);
});
