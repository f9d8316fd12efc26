/** The roles that can be given, the strongest first; ownership is handed over, not given. */
export const GIVEN = ["ADMIN", "EDITOR", "MEMBER", "VIEWER"] as const;
export type Given = (typeof GIVEN)[number];

export const isGiven = (role: string): role is Given => GIVEN.some((given) => given === role);
