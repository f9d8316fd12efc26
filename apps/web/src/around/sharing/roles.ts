import type { Member, Role } from "./queries.ts";

/** The roles that can be given, the strongest first; ownership is handed over, not given. */
export const GIVEN = ["ADMIN", "EDITOR", "MEMBER", "VIEWER"] as const;
export type Given = (typeof GIVEN)[number];

export const isGiven = (role: string): role is Given => GIVEN.some((given) => given === role);

export const manages = (role: Role | null): boolean => role === "OWNER" || role === "ADMIN";

/** Whether somebody with `role` may change or end this membership: admins do not touch each other. The server has the last word. */
export function mayChange(role: Role | null, member: Member): boolean {
  if (member.role === "OWNER") return false;
  return role === "OWNER" || (role === "ADMIN" && member.role !== "ADMIN");
}
