import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { flushSync } from "react-dom";

import { completed, typedAt } from "../../project/agents/mentions.ts";
import { useProjectAgents, type ProjectAgent } from "../../project/agents/queries.ts";
import { useText } from "../../text/index.ts";
import { AgentIcon } from "../../ui/AgentIcon.tsx";
import { classes } from "../../ui/classes.ts";
import styles from "./Mentions.module.css";
import { roomFor, type Room } from "./room.ts";

const SHOWN_MAX = 6;

interface Mentions {
  /** For the field, which keeps the focus. */
  readonly attributes: {
    "aria-autocomplete": "list";
    "aria-controls": string | undefined;
    "aria-activedescendant": string | undefined;
  };
  /** Where the caret is now. */
  readonly onCaret: (caret: number) => void;
  /** Whether a key was meant for the list. */
  readonly takes: (event: KeyboardEvent) => boolean;
  readonly list: ReactNode;
}

/** Completes the agents of the project while they are being mentioned in a field. */
export function useMentions(
  field: RefObject<HTMLTextAreaElement | null>,
  text: string,
  onType: (text: string) => void,
): Mentions {
  const id = useId();
  const [caret, setCaret] = useState(-1);
  const [place, setPlace] = useState(0);
  const [closedAt, setClosedAt] = useState<number | null>(null);
  const agents = useProjectAgents().data ?? [];
  const typed = caret < 0 ? null : typedAt(text, caret);
  const found = typed === null || typed.at === closedAt ? [] : matching(agents, typed.begun);
  const chosen = found[Math.min(place, found.length - 1)];

  const take = (agent: ProjectAgent) => {
    if (typed === null) return;
    const after = completed(text, typed, agent.slug);
    setCaret(after.caret);
    setPlace(0);
    // The field has its new text at once: a key pressed before the next frame belongs behind the name.
    flushSync(() => onType(after.text));
    field.current?.setSelectionRange(after.caret, after.caret);
  };
  const takes = (event: KeyboardEvent): boolean => {
    if (chosen === undefined || event.metaKey || event.ctrlKey) return false;
    const step = { ArrowDown: 1, ArrowUp: found.length - 1 }[event.key];
    if (step !== undefined) setPlace((now) => (now + step) % found.length);
    else if (event.key === "Enter" || event.key === "Tab") take(chosen);
    else if (event.key === "Escape") setClosedAt(typed?.at ?? null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const isOpen = chosen !== undefined;
  return {
    attributes: {
      "aria-autocomplete": "list",
      "aria-controls": isOpen ? id : undefined,
      "aria-activedescendant": isOpen ? `${id}-${chosen.slug}` : undefined,
    },
    onCaret: setCaret,
    takes,
    list: isOpen && <List id={id} agents={found} chosen={chosen} onChoose={take} />,
  };
}

/** Those whose slug or name begins like this; one that is written out needs no list. */
function matching(agents: readonly ProjectAgent[], begun: string): readonly ProjectAgent[] {
  const wanted = begun.toLowerCase();
  if (agents.some(({ slug }) => slug === wanted)) return [];
  return agents
    .filter(({ slug, name }) => slug.startsWith(wanted) || name.toLowerCase().startsWith(wanted))
    .slice(0, SHOWN_MAX);
}

interface ListProps {
  id: string;
  agents: readonly ProjectAgent[];
  chosen: ProjectAgent;
  onChoose: (agent: ProjectAgent) => void;
}

function List({ id, agents: list, chosen, onChoose }: ListProps) {
  const { mention } = useText().agents;
  const ref = useRef<HTMLUListElement>(null);
  const room = useRoom(ref, list.length);
  return (
    <ul
      ref={ref}
      id={id}
      role="listbox"
      aria-label={mention.list}
      className={classes(styles.list, room?.side === "above" && styles.above)}
      style={room === null ? undefined : { maxHeight: room.height }}
    >
      {list.map((agent) => (
        <li
          key={agent.agentId}
          id={`${id}-${agent.slug}`}
          role="option"
          aria-selected={agent === chosen}
          className={styles.item}
          // The field keeps the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            onChoose(agent);
          }}
        >
          <AgentIcon size="small" icon={agent.icon} color={agent.color} />
          {agent.name} <small>@{agent.slug}</small>
        </li>
      ))}
    </ul>
  );
}

/** Where the list is seen. A card may be at the edge of the canvas, and a keyboard on the screen takes half of it. */
function useRoom(ref: RefObject<HTMLElement | null>, count: number): Room | null {
  const [room, setRoom] = useState<Room | null>(null);
  useLayoutEffect(() => {
    const list = ref.current;
    const field = list?.parentElement?.getBoundingClientRect();
    const canvas = list?.closest(".react-flow")?.getBoundingClientRect();
    if (list === null || field === undefined || canvas === undefined) return;
    const zoom = list.getBoundingClientRect().width / list.offsetWidth;
    const seen = (visualViewport?.offsetTop ?? 0) + (visualViewport?.height ?? innerHeight);
    const within = { top: canvas.top, bottom: Math.min(canvas.bottom, seen) };
    setRoom(roomFor(list.scrollHeight, field, within, zoom));
  }, [ref, count]);
  return room;
}
