import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import type { Run } from "./differences.ts";

/** Which words two texts have in common. What finds them comes when two texts are first compared. */
export function useDifferences(a: string, b: string) {
  const finder = useQuery({
    queryKey: ["differences"],
    queryFn: () => import("./differences.ts"),
    staleTime: Infinity,
    gcTime: Infinity,
  });
  const { data } = finder;
  const runs = useMemo(() => data?.differences(a, b), [data, a, b]);
  return { finder, runs };
}

export type { Run };
