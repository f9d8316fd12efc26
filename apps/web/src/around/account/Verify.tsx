import { api, data } from "../../api/client.ts";
import { session, setUser } from "../../session/session.ts";
import { useText } from "../../text/index.ts";
import { Mailed } from "./Mailed.tsx";

/** Where the mail that follows registering leads. */
export default function Verify() {
  const { verify } = useText().around.account;
  return <Mailed words={verify} take={verified} done={() => verify.done} />;
}

async function verified(token: string | null): Promise<void> {
  await data(api.POST("/api/v1/auth/email/verify", { body: { token } }));
  await readWhoIsIn();
}

/** The account may be that of whoever is logged in here, and its address has changed or counts now. */
export async function readWhoIsIn(): Promise<void> {
  if (session.getState().status === "in") setUser(await data(api.GET("/api/v1/users/me")));
}
