import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";

import { readAgain } from "../../src/api/read-again.ts";

/** A reading whose answers come when the test says so, in any order. */
function reading() {
  const answers: ((value: string) => void)[] = [];
  const queries = new QueryClient();
  const observer = new QueryObserver<string>(queries, {
    queryKey: ["task"],
    queryFn: () => new Promise((resolve) => answers.push(resolve)),
  });
  const stop = observer.subscribe(() => undefined);
  return { queries, answers, stop, shown: () => observer.getCurrentResult().data };
}

test("what changes while it is read for the first time is read again", async () => {
  const { queries, answers, stop, shown } = reading();
  const done = readAgain(queries, ["task"]);
  await expect.poll(() => answers.length).toBe(2);
  answers[0]?.("working");
  answers[1]?.("done");
  await done;
  expect(shown()).toBe("done");
  stop();
});

test("what was read before is shown until it is read again", async () => {
  const { queries, answers, stop, shown } = reading();
  answers[0]?.("working");
  await expect.poll(shown).toBe("working");
  const done = readAgain(queries, ["task"]);
  await expect.poll(() => answers.length).toBe(2);
  expect(shown()).toBe("working");
  answers[1]?.("done");
  await done;
  expect(shown()).toBe("done");
  stop();
});
