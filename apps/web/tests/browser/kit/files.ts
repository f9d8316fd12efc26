import type { Page } from "@playwright/test";

/** Files of tests, and how a page is given them. */

export interface Sent {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** A picture of some size, drawn by the browser itself. */
export async function picture(page: Page): Promise<Sent> {
  const address = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [300, 200];
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("no pen");
    pen.fillStyle = "#2463eb";
    pen.fillRect(0, 0, 300, 200);
    return canvas.toDataURL("image/png");
  });
  return { name: "sea.png", type: "image/png", bytes: Buffer.from(address.split(",")[1] ?? "", "base64") };
}

export const text = (name: string, words: string): Sent => ({ name, type: "text/plain", bytes: Buffer.from(words) });

/** A PDF with a line of text on each page. */
export function pdf(name: string, pages: readonly string[]): Sent {
  const objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"];
  const kids = pages.map((line) => {
    const stream = `BT /F1 12 Tf 72 720 Td (${line}) Tj ET`;
    objects.push(`<< /Length ${String(stream.length)} >>\nstream\n${stream}\nendstream`);
    const of = "/Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>";
    objects.push(`<< /Type /Page ${of} /Contents ${String(objects.length)} 0 R >>`);
    return `${String(objects.length)} 0 R`;
  });
  objects[1] = `<< /Type /Pages /Kids [${kids.join(" ")}] /Count ${String(kids.length)} >>`;
  let written = "%PDF-1.4\n";
  const places = objects.map((object, place) => {
    const at = written.length;
    written += `${String(place + 1)} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, "0")} 00000 n \n`;
  });
  const count = String(objects.length + 1);
  const table = `xref\n0 ${count}\n0000000000 65535 f \n${places.join("")}`;
  const bytes = `${written}${table}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${String(written.length)}\n%%EOF\n`;
  return { name, type: "application/pdf", bytes: Buffer.from(bytes, "latin1") };
}

/** A browser gives files to a page by hand only, so the events are made with them. */
export async function give(
  page: Page,
  event: "drop" | "paste",
  { name, type, bytes }: Sent,
  selector: string,
): Promise<void> {
  const given = { event, name, type, selector, base64: bytes.toString("base64") };
  await page.evaluate(({ event, name, type, selector, base64 }) => {
    const own = Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0) ?? 0);
    const data = new DataTransfer();
    data.items.add(new File([own], name, { type }));
    const target = document.querySelector(selector) ?? document.body;
    const { x, y } = target.getBoundingClientRect();
    const at = { clientX: x + 40, clientY: y + 40, bubbles: true, cancelable: true };
    if (event === "drop") {
      target.dispatchEvent(new DragEvent("dragover", { ...at, dataTransfer: data }));
      target.dispatchEvent(new DragEvent("drop", { ...at, dataTransfer: data }));
    } else {
      target.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }));
    }
  }, given);
}

/** A sound of so many bytes, no two parts of which are alike: eight bits, 8000 times a second. */
export function sound(name: string, bytes: number): Sent {
  const file = Buffer.alloc(bytes);
  file.write("RIFF", 0, "latin1");
  file.writeUInt32LE(bytes - 8, 4);
  file.write("WAVEfmt ", 8, "latin1");
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(8_000, 24);
  file.writeUInt32LE(8_000, 28);
  file.writeUInt16LE(1, 32);
  file.writeUInt16LE(8, 34);
  file.write("data", 36, "latin1");
  file.writeUInt32LE(bytes - 44, 40);
  for (let at = 44; at < bytes; at += 1) file[at] = (at * 31 + (at >> 12)) % 251;
  return { name, type: "audio/wav", bytes: file };
}

/** A film of a moment, made by the browser itself. */
export async function film(page: Page, name: string): Promise<Sent> {
  const address = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [160, 120];
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("no pen");
    const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: "video/webm" });
    const recorded = new Promise<Blob>((resolve) =>
      recorder.addEventListener("dataavailable", ({ data }) => resolve(data)),
    );
    recorder.start();
    for (let frame = 0; frame < 20; frame += 1) {
      pen.fillStyle = `hsl(${String(frame * 10)} 80% 50%)`;
      pen.fillRect(0, 0, 160, 120);
      await new Promise(requestAnimationFrame);
    }
    recorder.stop();
    const film = await recorded;
    return new Promise<string>((resolve) => {
      const reader = new FileReader();
      reader.addEventListener("load", () => resolve(reader.result as string));
      reader.readAsDataURL(film);
    });
  });
  return { name, type: "video/webm", bytes: Buffer.from(address.split(",")[1] ?? "", "base64") };
}
