import { api, data } from "../../api/client.ts";
import { connection } from "../../session/connection.ts";
import { session } from "../../session/session.ts";
import { take, unread } from "./count.ts";

/** Those whose counts may be wrong ask at different moments. */
const ASK_WITHIN_MS = 2_000;

async function ask(): Promise<void> {
  const query = { limit: 1 };
  take(await data(api.GET("/api/v1/notifications", { params: { query } })));
}

const tryToAsk = () => void ask().catch(() => undefined);

/** From now on the count is that of whoever is logged in. */
export function followUnread(): void {
  session.subscribe((now, before) => {
    const isSame = now.status === "in" && before.status === "in" && now.user.id === before.user.id;
    if (!isSame) unread.setState({ count: null });
  });
  connection.onState(({ status }) => {
    // What came while nobody listened is in it, too.
    if (status === "live") tryToAsk();
  });
  connection.onUnread(({ unread: many, version }) => {
    if (many === null || version === null) setTimeout(tryToAsk, Math.random() * ASK_WITHIN_MS);
    else take({ unread: many, version });
  });
}
