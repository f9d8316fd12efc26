/**
 * The page on which a diagram is drawn: a frame without an origin, which its policy lets load its own program and
 * nothing else. What a model writes is drawn here and cannot get at anything.
 */
import mermaid from "mermaid";

import type { Drawn, Wanted } from "./diagram-messages.ts";

const TEXT_LETTERS_MAX = 50_000;

const say = (message: Drawn): void => parent.postMessage(message, "*");

async function draw({ text, isDark }: Wanted): Promise<void> {
  document.documentElement.style.colorScheme = isDark ? "dark" : "light";
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    maxTextSize: TEXT_LETTERS_MAX,
    theme: isDark ? "dark" : "neutral",
    fontFamily: "system-ui, sans-serif",
  });
  try {
    const { svg } = await mermaid.render("diagram", text);
    document.body.innerHTML = svg;
  } catch {
    say({ is: "wrong" });
  }
}

addEventListener("message", ({ source, data }: MessageEvent<Wanted>) => {
  if (source === parent) void draw(data);
});
Object.assign(document.body.style, { margin: "0", padding: "12px", display: "flex", justifyContent: "center" });
new ResizeObserver(() => {
  const drawing = document.querySelector("svg");
  if (drawing !== null) say({ is: "drawn", height: document.body.offsetHeight });
}).observe(document.body);
say({ is: "ready" });
