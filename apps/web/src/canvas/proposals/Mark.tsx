import { use, type ReactNode } from "react";

import { useText } from "../../text/index.ts";
import { AgentIcon } from "../../ui/AgentIcon.tsx";
import { Popover } from "../../ui/Popover.tsx";
import { DetailContext } from "../detail.ts";
import { Decide } from "./Decide.tsx";
import { useProposer } from "./proposer.ts";
import styles from "./Proposals.module.css";
import type { Proposal } from "./shape.ts";

interface Props {
  proposal: Proposal;
  short: string;
  long: string;
  /** What it is about, for those who do not see where it stands. */
  about?: string;
  /** A look at what it would be. */
  children?: ReactNode;
}

/** Says on the spot what somebody would do; pressed, it shows what exactly, and lets it be decided. */
export function Mark({ proposal, short, long, about, children }: Props) {
  const { proposals: words } = useText().canvas;
  const { name, icon, color } = useProposer();
  const isFar = use(DetailContext) === "title";
  return (
    <Popover
      title={long}
      button={
        <button type="button" className={`nodrag nopan ${styles.mark ?? ""}`}>
          <AgentIcon size="small" icon={icon} color={color} />
          <span className={isFar ? "visually-hidden" : undefined}>{words.mark(name, short)}</span>
          {about !== undefined && <span className="visually-hidden">{`, ${about}`}</span>}
        </button>
      }
    >
      {children}
      <Decide proposal={proposal} />
    </Popover>
  );
}
