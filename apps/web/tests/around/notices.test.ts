import { beforeEach, expect, test } from "vitest";

import { grouped, placeOf, type Notice } from "../../src/around/notices/groups.ts";
import { take, unread } from "../../src/around/notices/count.ts";

const notice = (id: string, more: Partial<Notice> = {}): Notice => ({
  id,
  type: "MENTION",
  priority: "HIGH",
  title: id,
  message: "",
  data: { project: "Bookshop" },
  projectId: "p",
  nodeId: null,
  read: false,
  readAt: null,
  createdAt: "2026-01-01T00:00:00Z",
  expiresAt: null,
  ...more,
});

beforeEach(() => unread.setState({ count: null }));

test("of two counts the later one holds, in whichever order they come", () => {
  take({ unread: 3, version: 7 });
  take({ unread: 5, version: 6 });
  expect(unread.getState().count).toEqual({ unread: 3, version: 7 });
  take({ unread: 0, version: 8 });
  expect(unread.getState().count).toEqual({ unread: 0, version: 8 });
});

test("what nobody has read of one kind in one project is one line, and what is read stands for itself", () => {
  const all = [
    notice("1"),
    notice("2", { type: "NODE_GENERATED" }),
    notice("3"),
    notice("4", { projectId: "q" }),
    notice("5", { read: true }),
    notice("6", { read: true }),
  ];
  const ids = grouped(all).map(({ all: some }) => some.map(({ id }) => id));
  expect(ids).toEqual([["1", "3"], ["2"], ["4"], ["5"], ["6"]]);
});

test("a notification leads to the node, the task or the project that it is about", () => {
  expect(placeOf(notice("1", { nodeId: "n" }))).toBe("/projects/p?node=n");
  expect(placeOf(notice("1"))).toBe("/projects/p");
  expect(placeOf(notice("1", { projectId: null }))).toBe("/");
  expect(placeOf(notice("1", { type: "PROJECT_INVITE" }))).toBe("/");
  const task = notice("1", { type: "TASK_WAITING", nodeId: "n", data: { taskId: "t" } });
  expect(placeOf(task)).toBe("/projects/p?node=n&tab=agents&task=t");
});
