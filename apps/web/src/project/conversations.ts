/** Every list of conversations begins with this key; it is read again once something in one of them was read. */
export const CONVERSATIONS = ["conversations"] as const;
