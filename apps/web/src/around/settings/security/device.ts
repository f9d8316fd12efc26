/** In this order: a browser that is built on another one names that one, too. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(Headless)?Chrome\/|\bCriOS\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

export interface Device {
  readonly browser: string;
  readonly system: string;
}

/** What people call the program that a `User-Agent` names; null for what is no browser we know. */
export function deviceOf(agent: string): Device | null {
  const browser = named(BROWSERS, agent);
  const system = named(SYSTEMS, agent);
  return browser === undefined || system === undefined ? null : { browser, system };
}

function named(names: readonly (readonly [RegExp, string])[], agent: string): string | undefined {
  return names.find(([sign]) => sign.test(agent))?.[1];
}
