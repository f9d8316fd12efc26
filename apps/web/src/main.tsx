import "./ui/base.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app/App.tsx";
import { followPush } from "./around/notices/follow-push.ts";
import { followPopups } from "./around/notices/popups.ts";
import { followUnread } from "./around/notices/unread.ts";
import { followPreferences } from "./around/preferences.ts";
import { fetchAhead } from "./app/Routes.tsx";
import { keepFocus } from "./ui/kept-focus.ts";
import { preferredTheme, setTheme } from "./ui/theme.ts";
import { followSession } from "./session/connection.ts";
import { renew } from "./session/session.ts";
import { preferredLanguage, speak } from "./text/index.ts";

// What the first page waits for is asked for before anything is drawn; failing, it is asked for again there.
followSession();
renew().catch(() => undefined);
fetchAhead();
setTheme(preferredTheme());
followPreferences();
followUnread();
followPopups();
followPush();
keepFocus();

async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (root === null) throw new Error("the page has no place to draw in");
  // A language that does not come must not keep anybody out.
  await speak(preferredLanguage()).catch(() => speak("en"));
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

void start();
