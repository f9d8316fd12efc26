import { ChevronLeft, ChevronRight } from "lucide-react";

import { useText } from "../text/index.ts";
import { IconButton } from "./Button.tsx";
import styles from "./Switch.module.css";

interface Props {
  /** What there are several of. */
  name: string;
  place: number;
  count: number;
  busy?: boolean;
  onChoose: (place: number) => void;
}

/** ‹2/3›: which of several is shown, and the way to the others. At an end the buttons keep the focus. */
export function Switch({ name, place, count, busy = false, onChoose }: Props) {
  const { thread } = useText();
  if (count < 2 || place === -1) return null;
  return (
    <span className={styles.switch} data-switch role="group" aria-label={name}>
      <IconButton
        size="small"
        label={thread.previous}
        icon={<ChevronLeft aria-hidden />}
        disabled={busy || place === 0}
        accessibleWhenDisabled
        onClick={() => onChoose(place - 1)}
      />
      <span className={styles.which} role="status" aria-label={thread.which(place + 1, count)}>
        {place + 1}/{count}
      </span>
      <IconButton
        size="small"
        label={thread.next}
        icon={<ChevronRight aria-hidden />}
        disabled={busy || place === count - 1}
        accessibleWhenDisabled
        onClick={() => onChoose(place + 1)}
      />
    </span>
  );
}
