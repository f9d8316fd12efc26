// @vitest-environment jsdom
import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";

import { changedBy, linksIn, mediaKey, pagesKey } from "../../../src/project/files/media.ts";

test("a file that changed is heard of, also in a batch with the nodes that hold it", () => {
  const changed = { op: "media.update", data: { id: "rain" } };
  const attached = { op: "node.update", data: { id: "a", version: 2 } };
  expect(changedBy(changed)).toEqual(["rain"]);
  expect(changedBy({ op: "batch", data: { ops: [changed, attached] } })).toEqual(["rain"]);
  expect(changedBy(attached)).toEqual([]);
});

test("of what was read, only links may have changed while nothing was heard", () => {
  const queries = new QueryClient();
  queries.setQueryData(mediaKey("rain"), { id: "rain", type: "LINK" });
  queries.setQueryData(pagesKey("rain"), { items: [] });
  queries.setQueryData(mediaKey("sea"), { id: "sea", type: "IMAGE" });
  expect(linksIn(queries)).toEqual(["rain"]);
});
