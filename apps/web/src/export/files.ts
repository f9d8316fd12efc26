import type { Lettering, Measures, Palette, Picture, Shape } from "./picture.ts";

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const LINE_WIDTH = 1.5;
/** Twice as fine as on a plain screen, as long as browsers can still draw it. */
const SCALE = 2;
const SIDE_PX_MAX = 12_000;
const PIXELS_MAX = 60_000_000;

const fontOf = ({ size, isBold }: Lettering): string => `${isBold ? 600 : 400} ${size}px ${FONT}`;

/** What texts take up, as this browser writes them. */
export function measuresHere(): Measures {
  const pen = document.createElement("canvas").getContext("2d");
  return (text, lettering) => {
    if (pen === null) return text.length * lettering.size * 0.5;
    pen.font = fontOf(lettering);
    return pen.measureText(text).width;
  };
}

const TOKENS: Readonly<Record<keyof Palette, string>> = {
  paper: "--paper",
  surface: "--surface",
  ink: "--ink",
  inkSoft: "--ink-soft",
  line: "--line",
  lineStrong: "--line-strong",
  accent: "--accent",
  good: "--good",
  warn: "--warn",
  bad: "--bad",
};

/** The colours of the page, worked out for the theme that is seen. */
export function paletteHere(): Palette {
  // One element for each: asked again and again, Chromium answers for one element what the first token was.
  const probes = Object.entries(TOKENS).map(([name, token]) => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = `var(${token})`;
    return [name, probe] as const;
  });
  const colors = probes.map(([name, probe]) => [name, getComputedStyle(probe).color] as const);
  for (const [, probe] of probes) probe.remove();
  return Object.fromEntries(colors) as Palette;
}

/** A drawing that stays sharp and whose text can be searched. */
export function svgOf({ area: { x, y, width, height }, background, shapes }: Picture, title: string): string {
  const all = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${x} ${y} ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${escaped(title)}</title>`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${background}"/>`,
    ...shapes.map(elementOf),
    "</svg>",
  ];
  return `${all.join("\n")}\n`;
}

function elementOf(shape: Shape): string {
  switch (shape.kind) {
    case "box": {
      const { x, y, width, height, radius, fill, stroke } = shape;
      const place = `x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}"`;
      return `<rect ${place} fill="${escaped(fill)}" stroke="${escaped(stroke)}"/>`;
    }
    case "line": {
      const dash = shape.dash.length === 0 ? "" : ` stroke-dasharray="${shape.dash.join(" ")}"`;
      return `<path d="${shape.path}" fill="none" stroke="${escaped(shape.stroke)}" stroke-width="${LINE_WIDTH}"${dash}/>`;
    }
    case "text": {
      const { x, y, size, isBold, fill, text } = shape;
      const font = `font-family="${escaped(FONT)}" font-size="${size}" font-weight="${isBold ? 600 : 400}"`;
      return `<text x="${x}" y="${y}" ${font} fill="${escaped(fill)}" xml:space="preserve">${escaped(text)}</text>`;
    }
  }
}

/** What XML cannot hold, such as a bell, is left out. */
const escaped = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");

/** How many pixels a length of the canvas becomes. */
export function scaleFor({ width, height }: { width: number; height: number }): number {
  return Math.min(SCALE, SIDE_PX_MAX / Math.max(width, height), Math.sqrt(PIXELS_MAX / (width * height)));
}

export async function pngOf({ area, background, shapes }: Picture): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const scale = scaleFor(area);
  canvas.width = Math.ceil(area.width * scale);
  canvas.height = Math.ceil(area.height * scale);
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("this browser draws no pictures");
  pen.fillStyle = background;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.setTransform(scale, 0, 0, scale, -area.x * scale, -area.y * scale);
  for (const shape of shapes) draw(pen, shape);
  const file = await new Promise<Blob | null>((made) => canvas.toBlob(made, "image/png"));
  if (file === null) throw new Error("the picture is too large for this browser");
  return file;
}

function draw(pen: CanvasRenderingContext2D, shape: Shape): void {
  pen.lineWidth = shape.kind === "line" ? LINE_WIDTH : 1;
  switch (shape.kind) {
    case "box":
      pen.beginPath();
      pen.roundRect(shape.x, shape.y, shape.width, shape.height, shape.radius);
      if (shape.fill !== "none") {
        pen.fillStyle = shape.fill;
        pen.fill();
      }
      if (shape.stroke !== "none") {
        pen.strokeStyle = shape.stroke;
        pen.stroke();
      }
      return;
    case "line":
      pen.setLineDash([...shape.dash]);
      pen.strokeStyle = shape.stroke;
      pen.stroke(new Path2D(shape.path));
      pen.setLineDash([]);
      return;
    case "text":
      pen.font = fontOf(shape);
      pen.fillStyle = shape.fill;
      pen.fillText(shape.text, shape.x, shape.y);
  }
}
