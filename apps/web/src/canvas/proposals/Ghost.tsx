import { memo, use, type CSSProperties } from "react";

import { useText } from "../../text/index.ts";
import { AgentIcon } from "../../ui/AgentIcon.tsx";
import { titleOf } from "../../project/title.ts";
import { DetailContext, isFar } from "../detail.ts";
import { Decide } from "./Decide.tsx";
import { useProposer } from "./proposer.ts";
import styles from "./Proposals.module.css";
import type { Ghost } from "./shape.ts";

/** A node that would be made, where it would stand. */
export const GhostCard = memo(function GhostCard({ ghost }: { ghost: Ghost }) {
  const { canvas } = useText();
  const { name, icon, color } = useProposer();
  const far = isFar(use(DetailContext));
  const { box, prompt, response } = ghost;
  const title = titleOf(ghost) || canvas.emptyPrompt;
  const style: CSSProperties = {
    translate: `${box.x}px ${box.y}px`,
    width: box.width,
    height: box.height,
  };
  return (
    <article
      className={styles.ghost}
      style={style}
      data-ghost={box.id}
      aria-label={canvas.proposals.nodeOf(name, title)}
    >
      {far ? (
        <p className={styles.far}>{title}</p>
      ) : (
        <>
          <header className={styles.header}>
            <AgentIcon size="small" icon={icon} color={color} />
            <span>{canvas.proposals.node(name)}</span>
          </header>
          <div className={`nowheel ${styles.text ?? ""}`} role="group" aria-label={canvas.prompt} tabIndex={0}>
            <p className={styles.prompt}>{prompt === "" ? canvas.emptyPrompt : prompt}</p>
            {response !== null && <p>{response}</p>}
          </div>
          <Decide proposal={ghost} />
        </>
      )}
    </article>
  );
});
