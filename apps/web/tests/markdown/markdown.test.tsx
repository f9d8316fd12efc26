// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, test, vi } from "vitest";

import { Markdown } from "../../src/markdown/Markdown.tsx";
import { speak, Speaking } from "../../src/text/index.ts";

afterEach(cleanup);

const drawn = (text: string) => render(<Markdown text={text} />).container;

describe("nothing that a model writes can act", () => {
  test.each([
    "<script>alert(1)</script>",
    "text <script>alert(1)</script> text",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<a href="javascript:alert(1)">link</a>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<style>body { display: none }</style>",
    '<div style="position:fixed" onclick="alert(1)">\n\ntext\n\n</div>',
    "<form action=/api/v1/auth/logout><button>send</button></form>",
  ])("HTML stays text: %s", (html) => {
    const container = drawn(html);
    expect(container.textContent.replace(/\s/g, "")).toBe(html.replace(/\s/g, ""));
    expect(
      container.querySelector("script, img, svg, iframe, style, form, [onclick], [onerror], [style], a"),
    ).toBeNull();
  });

  test.each([
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\nscript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](data:text/html,<script>alert(1)</script>)",
    "[a](vbscript:msgbox)",
    "[a](/api/v1/auth/logout)",
    "[a](//evil.example)",
    "<javascript:alert(1)>",
  ])("a link that leads nowhere good is text: %s", (link) => {
    expect(drawn(link).querySelector("a")).toBeNull();
  });

  test("a link opens elsewhere and takes nothing along", () => {
    drawn('[here](https://example.org/a?b=c "title")');
    const link = screen.getByRole("link", { name: "here" });
    expect(link.getAttribute("href")).toBe("https://example.org/a?b=c");
    expect(link.getAttribute("target")).toBe("_blank");
    expect(link.getAttribute("rel")).toContain("noopener");
    expect(link.getAttribute("title")).toBe("title");
  });

  test("an image is a link to it, and inside of a link its name", () => {
    const container = drawn(
      "![secret](https://tracker.example/?q=1) [![badge](https://tracker.example/b.svg)](https://example.org) ![by][name]\n\n[name]: https://tracker.example/c.png",
    );
    expect(container.querySelector("img")).toBeNull();
    const links = screen.getAllByRole("link").map((link) => [link.textContent, link.getAttribute("href")]);
    expect(links).toEqual([
      ["secret", "https://tracker.example/?q=1"],
      ["badge", "https://example.org"],
      ["by", "https://tracker.example/c.png"],
    ]);
  });
});

describe("what an answer looks like", () => {
  test("code is coloured when it is finished, and copied as it was written", async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { clipboard: { writeText } }));
    const text = "```js\nconst a = `<b>`;\n```";
    const { container, rerender } = render(<Markdown text={text} live />);
    expect(container.querySelector(".hljs-keyword")).toBeNull();
    rerender(<Markdown text={text} />);
    await waitFor(() => expect(container.querySelector(".hljs-keyword")?.textContent).toBe("const"));
    expect(screen.getByText("js")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Copy" }));
    await screen.findByRole("button", { name: "Copied" });
    expect(writeText).toHaveBeenCalledWith("const a = `<b>`;\n");
    vi.unstubAllGlobals();
  });

  test("tables scroll, tasks are named, headings leave room for those of the page", () => {
    const container = drawn("# Title\n\n| a |\n|---|\n| 1 |\n\n- [x] one\n- [ ] two");
    expect(screen.getByRole("region", { name: "Table" }).tabIndex).toBe(0);
    expect(screen.getByRole("img", { name: "Done:" })).toBeTruthy();
    expect(container.querySelector("input, h1, h2")).toBeNull();
    expect(screen.getByRole("heading", { name: "Title", level: 3 })).toBeTruthy();
  });

  test("footnotes lead to each other", () => {
    const container = drawn("Text[^1].\n\nMore.\n\n[^1]: The note.");
    const reference = container.querySelector("sup a");
    const note = container.querySelector("li[id]");
    expect(reference?.getAttribute("href")).toBe(`#${note?.id}`);
  });
});

describe("what is not the answer's own", () => {
  const SAID =
    "| a |\n|---|\n| 1 |\n\n- [x] one\n- [ ] two\n\n```\ncode\n```\n\nText[^1], and more[^1].\n\n[^1]: The note.";
  afterEach(() => speak("en"));

  test("is said in the language of the page", async () => {
    await speak("fr");
    render(
      <Speaking>
        <Markdown text={SAID} />
      </Speaking>,
    );
    expect(screen.getByRole("region", { name: "Tableau" })).toBeTruthy();
    for (const name of [/^Fait/, /^À faire/]) expect(screen.getByRole("img", { name })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Copier" })).toBeTruthy();
    expect(screen.getByRole("heading", { name: "Notes" })).toBeTruthy();
    expect(screen.getAllByRole("link").map((link) => link.getAttribute("aria-label") ?? link.textContent)).toEqual([
      "1",
      "1",
      "Retour à l’appel de note 1",
      "Retour à l’appel de note 1-2",
    ]);
  });
});

describe("an answer that grows", () => {
  test("leaves what is finished alone", () => {
    const long = `${"word ".repeat(200)}\n\n`;
    const { container, rerender } = render(<Markdown text={`${long}Sec`} live />);
    const [first] = container.querySelectorAll("p");
    rerender(<Markdown text={`${long}Second.\n\nThird`} live />);
    const paragraphs = [...container.querySelectorAll("p")];
    expect(paragraphs.slice(1).map((paragraph) => paragraph.textContent)).toEqual(["Second.", "Third"]);
    expect(paragraphs[0]).toBe(first);
  });

  test("is drawn less often while its end is one long list, and whole when it is finished", () => {
    vi.useFakeTimers();
    const list = Array.from({ length: 500 }, (_, place) => `- item ${place}`).join("\n");
    const { container, rerender } = render(<Markdown text={list} live />);
    const items = () => container.querySelectorAll("li").length;
    rerender(<Markdown text={`${list}\n- more`} live />);
    rerender(<Markdown text={`${list}\n- more\n- and more`} live />);
    expect(items()).toBe(500);
    act(() => void vi.advanceTimersByTime(100));
    expect(items()).toBe(502);
    rerender(<Markdown text={`${list}\n- more\n- and more\n- last`} />);
    expect(items()).toBe(503);
    vi.useRealTimers();
  });
});

describe("formulas", () => {
  test("are drawn once KaTeX is here, and until then stand as they were written", async () => {
    const container = drawn("So $a^2$ is:\n\n$$\na \\cdot a\n$$\n\nfor $5 or $10.");
    expect(container.textContent).toContain("a^2");
    await waitFor(() => expect(container.querySelectorAll(".katex")).toHaveLength(2));
    expect(container.querySelectorAll(".katex-display")).toHaveLength(1);
    expect(container.textContent).toContain("for $5 or $10.");
  });

  test.each([
    "$\\href{javascript:alert(1)}{x}$",
    "$\\url{javascript:alert(1)}$",
    "$\\includegraphics{https://tracker.example/a.png}$",
    "$\\htmlStyle{position:fixed}{x}$ $\\htmlId{root}{y}$",
    "$\\text{<script>alert(1)</script>}$",
  ])("can do nothing: %s", async (text) => {
    const container = drawn(text);
    await waitFor(() => expect(container.querySelector(".katex")).not.toBeNull());
    expect(container.querySelector("a, img, script, [id], [style*=fixed]")).toBeNull();
  });

  test("what is none of KaTeX' is said in its place, and takes nothing else along", async () => {
    const container = drawn("$\\undefined{$ and $x$ and `$y$`");
    await waitFor(() => expect(container.querySelector(".katex")).not.toBeNull());
    expect(container.textContent).toContain("$y$");
  });
});
