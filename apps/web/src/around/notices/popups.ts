import { connection } from "../../session/connection.ts";
import { text } from "../../text/index.ts";
import { keyOf, placeOf, projectOf, type Notice } from "./groups.ts";
import { isPushedHere } from "./pushed.ts";

/** Whether this browser can show something while the page is hidden, and is allowed to. */
export type Permission = "granted" | "denied" | "default" | "missing";

export const permission = (): Permission => ("Notification" in globalThis ? Notification.permission : "missing");

/** Only a press may ask: a question nobody expects is answered with no for ever. */
export async function askPermission(): Promise<Permission> {
  if (permission() === "default") await Notification.requestPermission();
  return permission();
}

const shown = new Map<string, number>();

/** What a popup says: of several of a kind, how many they are. */
export function wordsOf(notice: Notice, many: number): { title: string; body: string } {
  const { group } = text().around.notices;
  const title = many > 1 ? group[notice.type](many, projectOf(notice)) : notice.title;
  return { title, body: notice.message };
}

/** From now on the browser shows what comes while nobody looks at the page. */
export function followPopups(): void {
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) shown.clear();
  });
  connection.onNotification(({ notification, browser, pushed }) => {
    if (!browser || !document.hidden || permission() !== "granted") return;
    // It is shown by what runs while no page is open.
    if (pushed && isPushedHere()) return;
    const notice = notification as unknown as Notice;
    const tag = keyOf(notice);
    const many = (shown.get(tag) ?? 0) + 1;
    shown.set(tag, many);
    const { title, body } = wordsOf(notice, many);
    // Several pages of one browser say the same, and the tag makes it one.
    const popup = new Notification(title, { body, tag, lang: document.documentElement.lang });
    popup.onclick = () => {
      window.focus();
      location.assign(placeOf(notice));
    };
  });
}
