/** What the page and the frame of a diagram say to each other. */

export interface Wanted {
  readonly text: string;
  readonly isDark: boolean;
}

export type Drawn =
  { readonly is: "ready" } | { readonly is: "drawn"; readonly height: number } | { readonly is: "wrong" };

/** The frame may be told to say anything by what it draws. */
export function drawn(data: unknown): Drawn | null {
  if (typeof data !== "object" || data === null || !("is" in data)) return null;
  if (data.is === "ready" || data.is === "wrong") return { is: data.is };
  if (data.is !== "drawn" || !("height" in data)) return null;
  const { height } = data;
  return typeof height === "number" && height > 0 ? { is: "drawn", height } : null;
}
