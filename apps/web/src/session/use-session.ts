import { useStore } from "zustand";

import { session, type Session, type User } from "./session.ts";

export const useSession = (): Session => useStore(session);

/** Whoever is logged in; for pages that are shown to nobody else. */
export function useUser(): User {
  const current = useSession();
  if (current.status !== "in") throw new Error("this page is for people who have logged in");
  return current.user;
}
