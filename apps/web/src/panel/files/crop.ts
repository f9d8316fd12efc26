/** A part of a picture, in its own pixels. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const held = (value: number, least: number, most: number) =>
  Number.isFinite(value) ? Math.min(Math.max(Math.round(value), least), most) : least;

/** What of a region lies in a picture: whole pixels, at least one. */
export function between(region: Region, size: { width: number; height: number }): Region {
  const x = held(region.x, 0, size.width - 1);
  const y = held(region.y, 0, size.height - 1);
  return { x, y, width: held(region.width, 1, size.width - x), height: held(region.height, 1, size.height - y) };
}

const QUALITY = 0.92;

/** The part as a file of its own. What may be seen through stays so; photographs stay small. */
export async function cropped(picture: HTMLImageElement, region: Region, name: string): Promise<File> {
  const { x, y, width, height } = region;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d")?.drawImage(picture, x, y, width, height, 0, 0, width, height);
  const isPhotograph = /\.jpe?g$/iu.test(name);
  const type = isPhotograph ? "image/jpeg" : "image/png";
  const bytes = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, QUALITY));
  if (bytes === null) throw new Error("the picture could not be drawn");
  const base = name.replace(/\.\w+$/u, "");
  return new File([bytes], `${base}-crop.${isPhotograph ? "jpg" : "png"}`, { type });
}
