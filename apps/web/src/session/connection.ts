import { api, data } from "../api/client.ts";
import { Refused } from "../api/problem.ts";
import { Connection, NotAuthenticated } from "../sync/index.ts";
import { session } from "./session.ts";

/** The one socket of this page; it carries every project that is open. */
export const connection = new Connection({ url: socketUrl(), ticket });

function socketUrl(): string {
  return `${location.origin.replace(/^http/, "ws")}/api/v1/ws`;
}

async function ticket(): Promise<string> {
  if (session.getState().status === "out") throw new NotAuthenticated("log in again");
  try {
    return (await data(api.POST("/api/v1/auth/ws-ticket"))).ticket;
  } catch (error) {
    if (error instanceof Refused && error.problem.status === 401)
      throw new NotAuthenticated("log in again", { cause: error });
    throw error;
  }
}

/** From now on there is a socket as long as somebody is logged in, and it is made as soon as that is known. */
export function followSession(): void {
  session.subscribe(({ status }, before) => {
    if (status === before.status) return;
    if (status === "in") connection.start();
    else connection.stop();
  });
}

const wake = () => {
  connection.wake();
};
addEventListener("online", wake);
// A socket does not notice by itself that the network is gone; it is asked.
addEventListener("offline", wake);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") wake();
});
