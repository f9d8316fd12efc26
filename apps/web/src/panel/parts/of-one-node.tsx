import type { ComponentType } from "react";

import type { Tab } from "../../project/parts.ts";
import { Many, Overview } from "../Overview.tsx";

/** What a tab about a single node shows, also where none or several are selected. */
export function ofOneNode(Body: ComponentType<{ id: string }>): Tab["Body"] {
  return function OfOneNode({ selected }) {
    const [id] = selected;
    if (id === undefined) return <Overview />;
    return selected.length > 1 ? <Many nodes={selected} /> : <Body key={id} id={id} />;
  };
}
