const PAGE_MAX = 200;

interface Page<T> {
  items: T[];
  nextCursor?: string | null;
}

/** All pages of a list that a limit of the server keeps short. */
export async function whole<T>(read: (page: { limit: number; cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let page: { limit: number; cursor?: string } | null = { limit: PAGE_MAX };
  while (page !== null) {
    const answer: Page<T> = await read(page);
    items.push(...answer.items);
    page = typeof answer.nextCursor === "string" ? { limit: PAGE_MAX, cursor: answer.nextCursor } : null;
  }
  return items;
}
