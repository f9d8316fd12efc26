// @vitest-environment jsdom
import { expect, test } from "vitest";

import { COMMANDS, TABS, WINDOWS } from "../../src/pages/parts.ts";

const twice = (values: readonly string[]) => values.filter((value, place) => values.indexOf(value) !== place);

test("every part has a name, and in each view every key a meaning of its own", () => {
  for (const parts of [COMMANDS, TABS, WINDOWS]) expect(twice(parts.map(({ id }) => id))).toEqual([]);
  for (const looked of ["canvas", "thread"]) {
    const here = COMMANDS.filter(({ view = looked }) => view === looked);
    expect(twice(here.flatMap(({ keys = [] }) => keys))).toEqual([]);
  }
});

test("what has a button or stands in a menu has a name and does something, and help says which keys it is about", () => {
  for (const { id, label, button, on, run, help, shown } of COMMANDS) {
    if (button !== undefined) expect([id, typeof label, typeof run]).toEqual([id, "function", "function"]);
    if (on !== undefined) expect([id, typeof (label ?? help?.says), typeof run]).toEqual([id, "function", "function"]);
    if (help !== undefined) expect([id, typeof shown]).toEqual([id, "string"]);
  }
});

test("whatever is selected, the panel has something to show, also for those without an account", () => {
  for (const selected of [[], ["a"], ["a", "b"], ["a", "b", "c"]]) {
    expect(TABS.some(({ isFor, needsAccount }) => isFor(selected) && needsAccount !== true)).toBe(true);
  }
});
