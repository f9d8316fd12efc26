import type { QueryClient, QueryKey } from "@tanstack/react-query";

/**
 * Has everything under a key read again that is shown, after something changed it.
 *
 * A first read that is still under way is begun anew: the server may have answered it before the change, and the
 * query client would take it for the answer after it.
 */
export async function readAgain(queries: QueryClient, queryKey: QueryKey): Promise<void> {
  await queries.cancelQueries({ queryKey, predicate: ({ state }) => state.data === undefined });
  await queries.invalidateQueries({ queryKey });
}
