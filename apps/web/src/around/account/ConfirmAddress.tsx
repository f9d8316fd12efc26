import { api, data } from "../../api/client.ts";
import { useText } from "../../text/index.ts";
import { Mailed } from "./Mailed.tsx";
import { readWhoIsIn } from "./Verify.tsx";

/** Where the mails lead that ask the old and the new address for their word. */
export default function ConfirmAddress() {
  const { address } = useText().around.account;
  return <Mailed words={address} take={confirmed} done={({ changed }) => (changed ? address.done : address.half)} />;
}

async function confirmed(token: string | null): Promise<{ changed: boolean }> {
  const answer = await data(api.POST("/api/v1/auth/email/confirm", { body: { token } }));
  await readWhoIsIn();
  return answer;
}
