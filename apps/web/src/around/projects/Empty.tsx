import { Plus } from "lucide-react";

import { lateComponent } from "../../ui/late.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import type { View } from "./places.ts";
import styles from "./Projects.module.css";

const Templates = lateComponent(async () => (await import("./Templates.tsx")).Templates);

interface Props {
  view: View;
  q: string;
  onCreate: () => void;
  onClear: () => void;
}

/** Why there is nothing, and the first step out of it. */
export function Empty({ view, q, onCreate, onClear }: Props) {
  const { projects } = useText().around;
  const { empty } = projects;
  if (q !== "") {
    return (
      <section className={styles.empty}>
        <h2>{empty.search.title}</h2>
        <p>{empty.search.text(q)}</p>
        <Button onClick={onClear}>{empty.search.reset}</Button>
      </section>
    );
  }
  const mayBegin = view === "all" || view === "mine";
  return (
    <>
      <section className={styles.empty}>
        <h2>{empty[view].title}</h2>
        <p>{empty[view].text}</p>
        {mayBegin && (
          <Button look="primary" onClick={onCreate}>
            <Plus aria-hidden />
            {projects.create}
          </Button>
        )}
      </section>
      {mayBegin && <Templates />}
    </>
  );
}
