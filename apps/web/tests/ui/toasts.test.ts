import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { dismiss, explainOnly, hold, keep, letGo, offer, say, toasts, withdrawOffers } from "../../src/ui/toasts.ts";

const texts = () => toasts.getState().list.map(({ text }) => text);
const HOUR = 3_600_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const { id } of toasts.getState().list) dismiss(id);
  vi.useRealTimers();
});

test("whatever is said leaves by itself, what failed after longer", () => {
  say("Saved");
  explainOnly("That did not work");
  vi.advanceTimersByTime(5_000);
  expect(texts()).toEqual(["That did not work"]);
  vi.advanceTimersByTime(HOUR);
  expect(texts()).toEqual([]);
});

test("whoever is at a message can read it to its end", () => {
  explainOnly("A long story");
  const [{ id } = { id: 0 }] = toasts.getState().list;
  hold(id);
  vi.advanceTimersByTime(HOUR);
  expect(texts()).toEqual(["A long story"]);
  letGo(id);
  vi.advanceTimersByTime(HOUR);
  expect(texts()).toEqual([]);
});

test("only words that would be lost stay until somebody has decided", () => {
  keep("It is not saved", { label: "Copy my text", run: () => undefined });
  offer("Theirs was kept", { label: "Use mine instead", run: () => undefined });
  vi.advanceTimersByTime(HOUR);
  expect(texts()).toEqual(["It is not saved"]);
});

test("nothing is offered any more that one may no longer do", () => {
  keep("It is not saved", { label: "Copy my text", run: () => undefined });
  offer("It was deleted", { label: "Restore", run: () => undefined, needsWriting: true });
  const copy = { label: "Copy my text", run: () => undefined };
  keep("It went while you typed", { label: "Restore", run: () => undefined, needsWriting: true, otherwise: copy });
  withdrawOffers();
  expect(texts()).toEqual(["It is not saved", "It went while you typed"]);
  expect(toasts.getState().list.map(({ action }) => action?.label)).toEqual(["Copy my text", "Copy my text"]);
});
