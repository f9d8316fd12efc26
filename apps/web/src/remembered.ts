/** Small choices that this browser keeps. Where it does not let us, they last as long as the page. */

const PREFIX = "nonlinear.";

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // A private window, or no room: nothing that matters is kept here.
  }
}
