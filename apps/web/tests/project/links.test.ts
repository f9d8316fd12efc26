import { expect, test } from "vitest";

import { linkIn } from "../../src/project/files/links.ts";

const given = (kinds: Record<string, string>) =>
  linkIn({ getData: (kind: string) => kinds[kind] ?? "" } as unknown as DataTransfer);

test("an address of the web is a link where it is all that is given", () => {
  const url = "https://example.org/rain?often=1#sea";
  expect(given({ "text/plain": ` ${url}\n` })).toBe(url);
  expect(given({ "text/uri-list": `# a remark\r\n${url}\r\nhttps://example.org/more` })).toBe(url);
  for (const words of [
    "",
    "rain",
    `See ${url}`,
    `${url} ${url}`,
    "javascript:alert(1)",
    "file:///etc/passwd",
    "http://",
  ]) {
    expect(given({ "text/plain": words }), words).toBeNull();
  }
  expect(given({ "text/plain": `https://example.org/${"x".repeat(2_100)}` })).toBeNull();
});
