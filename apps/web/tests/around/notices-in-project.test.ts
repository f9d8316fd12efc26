import { expect, test } from "vitest";

import { chosenIn, withProject } from "../../src/around/settings/notifications/in-project.ts";

const ALL = { email: true, browser: true, mobile: true };
const QUIET = { ...ALL, email: false };
const CHOSEN = { types: { MENTION: ALL, BUDGET: ALL, PROJECT_INVITE: ALL }, projects: [] };

test("a project is as everywhere until something else is chosen for it", () => {
  expect(chosenIn(CHOSEN, "sea")).toEqual({
    level: "ALL",
    own: {},
    types: [
      ["MENTION", ALL],
      ["BUDGET", ALL],
    ],
  });
  const chosen = withProject(CHOSEN, "sea", { own: { BUDGET: QUIET } });
  expect(chosen.projects).toEqual([{ projectId: "sea", level: "ALL", types: { BUDGET: QUIET } }]);
  expect(chosenIn(chosen, "sea").types).toContainEqual(["BUDGET", QUIET]);
  expect(chosenIn(chosen, "rain").types).toContainEqual(["BUDGET", ALL]);
});

test("what is chosen as it is everywhere is not kept, and a level keeps what was chosen by type", () => {
  const chosen = withProject(CHOSEN, "sea", { own: { BUDGET: QUIET, MENTION: QUIET } });
  const mentions = withProject(chosen, "sea", { level: "MENTIONS" });
  expect(mentions.projects).toEqual([
    { projectId: "sea", level: "MENTIONS", types: { BUDGET: QUIET, MENTION: QUIET } },
  ]);
  expect(chosenIn(mentions, "sea").types).toEqual([["MENTION", QUIET]]);
  expect(chosenIn(withProject(mentions, "sea", { level: "NONE" }), "sea").types).toEqual([]);
  const usual = withProject(chosen, "sea", { own: { BUDGET: ALL, MENTION: ALL } });
  expect(usual.projects).toEqual([]);
});
