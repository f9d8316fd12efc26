import { describe, expect, test } from "vitest";

import { between } from "../../src/panel/files/crop.ts";
import { drawnPages, MATCHES_MAX, matchesIn, rowsOf } from "../../src/panel/files/reading.ts";

const page = (text: string, number = 1) => ({ page: number, heading: null, text });

describe("what is written in a file", () => {
  test("tables are read as they are written", () => {
    expect(rowsOf('a,"b, ""c""\nd"\n\n1,2', ",")).toEqual([
      ["a", 'b, "c"\nd'],
      ["1", "2"],
    ]);
    expect(drawnPages("x.csv", [page("a;b\n1,5;2")])[0]?.rows).toEqual([
      ["a", "b"],
      ["1,5", "2"],
    ]);
    expect(drawnPages("x.XLSX", [page('a\t"b\n1\t2')])[0]?.pieces).toEqual(["a", '"b', "1", "2"]);
    expect(drawnPages("x.txt", [page("a,b")])[0]?.rows).toBeNull();
  });

  test("words are found however they are broken and written, each time, in order", () => {
    const pages = drawnPages("x.pdf", [page("It rains.\nIt  RAINS (often)."), page("it\nrains", 2)]);
    expect(matchesIn(pages, " it rains ").map(({ page, from, to }) => [page, from, to])).toEqual([
      [1, 0, 8],
      [1, 10, 19],
      [2, 0, 8],
    ]);
    expect(matchesIn(pages, "(often)")).toHaveLength(1);
    expect(matchesIn(pages, "  ")).toEqual([]);
    expect(matchesIn(drawnPages("x.txt", [page("a ".repeat(9_999))]), "a")).toHaveLength(MATCHES_MAX);
  });

  test("a region is within its picture and never nothing", () => {
    const size = { width: 100, height: 50 };
    expect(between({ x: -5, y: 10.4, width: 500, height: Number.NaN }, size)).toEqual({
      x: 0,
      y: 10,
      width: 100,
      height: 1,
    });
    expect(between({ x: 100, y: 0, width: 1, height: 1 }, size).x).toBe(99);
  });
});
