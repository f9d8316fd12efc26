import { useEffect } from "react";

import { useSession } from "../session/use-session.ts";
import { useGraph } from "./project.ts";

/** The project that was open last on this page, and who had it open. */
interface Last {
  readonly user: string;
  readonly id: string;
  readonly name: string;
}

let last: Last | null = null;

/** Used once on the page of a project. */
export function useRememberingLast(): void {
  const { id, name } = useGraph().project;
  const session = useSession();
  const user = session.status === "in" ? session.user.id : null;
  useEffect(() => {
    if (user !== null) last = { user, id, name };
  }, [user, id, name]);
}

/** Where somebody came from; nothing for whoever logged in after them. */
export const lastOf = (user: string): Last | null => (last?.user === user ? last : null);
