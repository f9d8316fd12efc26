import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { useText } from "../../text/index.ts";
import { Spinner } from "../../ui/Spinner.tsx";
import { Failed } from "./Failed.tsx";

/** What was read, or why it is not here yet. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const { common } = useText();
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <p role="status">
      <Spinner /> {common.loading}
    </p>
  );
}
