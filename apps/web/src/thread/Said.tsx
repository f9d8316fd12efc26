import type { ReactNode } from "react";

import { soonComponent } from "../ui/late.ts";
import { CopyButton } from "../markdown/Code.tsx";
import { Markdown } from "../markdown/Markdown.tsx";
import type { NodeView } from "../project/project.ts";
import { useText } from "../text/index.ts";
import { MoreMenu } from "./MoreMenu.tsx";
import styles from "./Thread.module.css";
import { useWay } from "./way.ts";

const NodeFiles = soonComponent(async () => (await import("../project/files/NodeFiles.tsx")).NodeFiles);

interface Props {
  node: NodeView;
  kind: "note" | "file" | "system";
  next: string | undefined;
  hasTools: boolean;
  /** What there could stand in its place. */
  children: ReactNode;
}

/** A text that nobody answers: a note, files with their caption, or what the model is told before everything else. */
export function Said({ node, kind, next, hasTools, children }: Props) {
  const { thread } = useText();
  const way = useWay(node.id, next);
  return (
    <section className={styles.said} data-kind={kind} aria-label={thread[kind]}>
      {kind === "system" && (
        <p className={styles.label} aria-hidden>
          {thread.system}
        </p>
      )}
      {kind === "file" && <NodeFiles node={node.id} files={node.attachments ?? []} isLarge />}
      {node.prompt.trim() === "" ? (
        kind !== "file" && <p className={styles.soft}>{thread.emptyNote}</p>
      ) : (
        <Markdown text={node.prompt} className={styles.asTyped} />
      )}
      <div className={styles.tools}>
        {hasTools && (
          <>
            <CopyButton label={thread.copyText} text={() => node.prompt} />
            {children}
            <MoreMenu node={node} way={way} />
          </>
        )}
      </div>
    </section>
  );
}
