import { describe, expect, test } from "vitest";

import { Spoken } from "../../../src/project/voice/words.ts";

describe("what is heard in a field", () => {
  test("follows what stands there, piece by piece, and is corrected by the whole", () => {
    const spoken = new Spoken();
    let field = "How often does";
    for (const piece of [" rain ", "fal"]) field = spoken.more(field, piece);
    expect(field).toBe("How often does rain fal");
    expect(spoken.whole(field, "rain fall?")).toBe("How often does rain fall?");
  });

  test("leaves alone what somebody changed meanwhile", () => {
    const spoken = new Spoken();
    const field = spoken.more("", "Rain");
    const changed = `${field}, I think`;
    expect(spoken.whole(changed, "Rain.")).toBe(changed);
    expect(spoken.more(changed, " falls")).toBe("Rain, I think falls");
  });

  test("comes at once where nothing came before, and may be nothing", () => {
    expect(new Spoken().whole("", "Rain.")).toBe("Rain.");
    expect(new Spoken().whole("Rain.", "Sea.")).toBe("Rain. Sea.");
    expect(new Spoken().whole("Rain.", "")).toBe("Rain.");
  });
});
