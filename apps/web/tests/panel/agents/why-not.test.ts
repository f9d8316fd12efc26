import { expect, test } from "vitest";

import { whyNot } from "../../../src/panel/agents/why-not.ts";
import { en } from "../../../src/text/en/index.ts";
import { fr } from "../../../src/text/fr/index.ts";

test("what the server says of a schedule is told in people's words, where there are some", () => {
  expect(whyNot("there is no such project", false)).toBe("starterLeft");
  expect(whyNot("there is no such project", true)).toBe("starterMayNot");
  expect(whyNot("your role in this project (Viewer) does not allow runs:run; ask its owner", true)).toBe(
    "starterMayNot",
  );
  expect(whyNot("log in, or send a valid access token or API token as a bearer token", true)).toBe("starterClosed");
  expect(whyNot("this agent is paused here; let it go on first", true)).toBe("agentPaused");
  expect(whyNot("there is no such agent in this project; add it first", true)).toBe("agentGone");
  expect(whyNot("the schedule began 10 tasks within an hour, which is its limit", true)).toBe("tooOften");
  expect(whyNot("something that nobody thought of", true)).toBeNull();
});

test("each reason names the way out, in both languages", () => {
  for (const { agents } of [en, fr]) {
    for (const says of Object.values(agents.schedules.whyNot)) {
      expect(says({ starter: "Ada", agent: "Fay" })).toMatch(/\. .+\.$/);
    }
  }
});
