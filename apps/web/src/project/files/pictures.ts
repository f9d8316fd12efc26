import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { authorized } from "../../api/client.ts";
import { refusal } from "../../api/problem.ts";

/** A file never changes. */
const FOR_EVER = Number.POSITIVE_INFINITY;
/** Pictures that nobody looks at are forgotten. */
const KEPT_MS = 5 * 60_000;

/** The address of a file's bytes in this page, once they are here; null while they are not, or cannot be had. */
export function useFile(media: string, what: "content" | "thumbnail", isWanted = true): string | null {
  const bytes = useQuery({
    queryKey: ["media", media, what],
    queryFn: async ({ signal }) => {
      const address = new URL(`/api/v1/media/${media}/${what}`, location.origin);
      const response = await authorized(new Request(address, { signal }));
      if (!response.ok) throw await refusal(response);
      return response.blob();
    },
    staleTime: FOR_EVER,
    gcTime: KEPT_MS,
    enabled: isWanted,
  });
  return useAddress(bytes.data ?? null);
}

function useAddress(blob: Blob | null): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (blob === null) return;
    const made = URL.createObjectURL(blob);
    // It holds memory, so it is made and given back by an effect.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setAddress(made);
    return () => {
      URL.revokeObjectURL(made);
      setAddress(null);
    };
  }, [blob]);
  return address;
}
