import { api, data } from "../../api/client.ts";
import { useText } from "../../text/index.ts";
import { Mailed } from "./Mailed.tsx";
import { readWhoIsIn } from "./Verify.tsx";

/** Where the link at the end of mails about notifications leads. */
export default function Unsubscribe() {
  const { unsubscribe } = useText().around.account;
  return <Mailed words={unsubscribe} take={ended} done={() => unsubscribe.done} />;
}

async function ended(token: string | null): Promise<void> {
  await data(api.POST("/api/v1/notifications/unsubscribe", { params: { query: { token: token ?? "" } } }));
  await readWhoIsIn();
}
