import { Bot, Map as MapIcon, MessagesSquare, Search, ShieldAlert, SquarePen, type LucideIcon } from "lucide-react";

import styles from "./AgentIcon.module.css";
import { classes } from "./classes.ts";
import { inkOn } from "./ink.ts";

/** Agents name icons of Heroicons; these are those of the types that the server knows. */
const ICONS: Readonly<Record<string, LucideIcon>> = {
  "magnifying-glass": Search,
  "pencil-square": SquarePen,
  "shield-exclamation": ShieldAlert,
  map: MapIcon,
  "chat-bubble-left-right": MessagesSquare,
};

interface Props {
  icon: string;
  /** Written `#rrggbb`. */
  color: string;
  size?: "small" | "normal";
  /** It has nothing to do. */
  isQuiet?: boolean;
}

/** An agent as its icon in its colour; the name is said beside it or by whatever holds it. */
export function AgentIcon({ icon, color, size = "normal", isQuiet = false }: Props) {
  const Icon = ICONS[icon] ?? Bot;
  return (
    <span
      className={classes(styles.icon, size === "small" && styles.small, isQuiet && styles.quiet)}
      style={isQuiet ? undefined : { background: color, color: inkOn(color) }}
      aria-hidden="true"
    >
      <Icon />
    </span>
  );
}
