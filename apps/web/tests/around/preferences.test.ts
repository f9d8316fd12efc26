// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { session } from "../../src/session/session.ts";

const USER = { id: "u", email: "a@b.c", preferences: { language: null, theme: null } };

beforeEach(() => {
  session.setState({ status: "in", user: USER as never }, true);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test("of two choices in a row neither undoes the other, however slow the server is", async () => {
  const sent: unknown[] = [];
  const stored = { ...USER.preferences };
  const answers: (() => void)[] = [];
  vi.stubGlobal("fetch", async (request: Request | string) => {
    if (typeof request === "string") {
      return Response.json({
        user: session.getState().status === "in" ? USER : null,
        accessToken: "t",
        expiresIn: 900,
      });
    }
    const body = (await request.json()) as { preferences: object };
    sent.push(body.preferences);
    Object.assign(stored, body.preferences);
    const preferences = { ...stored };
    await new Promise<void>((resolve) => answers.push(resolve));
    return Response.json({ ...USER, preferences });
  });
  const { prefer } = await import("../../src/around/preferences.ts");

  const both = Promise.all([prefer({ language: "fr" }), prefer({ theme: "dark" })]);
  for (const place of [0, 1]) {
    await vi.waitFor(() => expect(answers).toHaveLength(place + 1));
    answers[place]?.();
  }
  await both;

  expect(sent).toHaveLength(2);
  const now = session.getState();
  expect(now.status === "in" && now.user.preferences).toEqual({ language: "fr", theme: "dark" });
});
