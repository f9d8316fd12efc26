import { Tooltip as AriakitTooltip, TooltipAnchor, TooltipProvider } from "@ariakit/react";
import type { ReactElement } from "react";

import { Keys } from "./Keys.tsx";
import styles from "./Tooltip.module.css";

interface Props {
  text: string;
  keys?: string | undefined;
  children: ReactElement;
}

/** Says what an icon stands for, to pointers and to keyboards. */
export function Tooltip({ text, keys, children }: Props) {
  return (
    <TooltipProvider timeout={500}>
      <TooltipAnchor render={children} />
      <AriakitTooltip className={styles.tooltip} gutter={6} unmountOnHide portal>
        {text}
        {keys !== undefined && <Keys keys={keys} />}
      </AriakitTooltip>
    </TooltipProvider>
  );
}
