import { useEffect, useState, type ComponentType, type ReactNode } from "react";

import { Starting } from "../ui/Starting.tsx";

const forever = () => new Promise(() => undefined);

interface Part<P> {
  (props: P): ReactNode;
  /** Begins to fetch it, for somebody who will most likely go there; whoever really goes there hears why it does not come. */
  readonly ahead: () => Promise<unknown>;
}

/**
 * A part of the program that comes when somebody goes there. React's own `lazy` would always show that it is coming
 * first, and that for a third of a second at least, even if it is here by then.
 */
export function part<P extends object>(load: () => Promise<{ default: ComponentType<P> }>): Part<P> {
  let here: ComponentType<P> | null = null;
  const fetched = async () => {
    here = (await load()).default;
    return here;
  };
  function Shown(props: P) {
    const [Loaded, setLoaded] = useState(() => here);
    const [error, setError] = useState<Error | null>(null);
    useEffect(() => {
      const wrong = (cause: unknown) => setError(new Error("a part of the program did not come", { cause }));
      if (Loaded === null) fetched().then((component) => setLoaded(() => component), wrong);
    }, [Loaded]);
    if (error !== null) throw error;
    return Loaded === null ? <Starting ask={forever} /> : <Loaded {...props} />;
  }
  return Object.assign(Shown, { ahead: () => fetched().catch(() => undefined) });
}
