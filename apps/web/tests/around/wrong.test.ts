import { expect, test } from "vitest";

import { Refused, Unreachable, type Problem } from "../../src/api/problem.ts";
import { isAllBeside, wrong } from "../../src/around/parts/wrong.ts";

function refused(...errors: { pointer: string; detail: string }[]): Refused {
  const problem: Problem = {
    type: "/problems/invalid",
    title: "Not acceptable",
    status: 422,
    code: "invalid",
    detail: "see errors",
    errors,
  };
  return new Refused(problem);
}

const EMAIL = { pointer: "/email", detail: "must be an e-mail address" };

test("what is wrong with a field is found by its name", () => {
  expect(wrong(refused(EMAIL), "email")).toBe("must be an e-mail address");
  expect(wrong(refused(EMAIL), "password")).toBeUndefined();
  expect(wrong(new Unreachable("gone"), "email")).toBeUndefined();
});

test("a refusal is said once: beside its fields, or else for the whole form", () => {
  expect(isAllBeside(refused(EMAIL), ["email", "password"])).toBe(true);
  expect(isAllBeside(refused(EMAIL, { pointer: "/scopes/0", detail: "is unknown" }), ["email"])).toBe(false);
  expect(isAllBeside(refused(), ["email"])).toBe(false);
  expect(isAllBeside(new Unreachable("gone"), ["email"])).toBe(false);
});
