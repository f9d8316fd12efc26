import {
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type AriaAttributes,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  type TextareaHTMLAttributes,
} from "react";
import { flushSync } from "react-dom";

import { completed, handleOf, typedAt } from "./mentions.ts";
import { useProjectAgents } from "./queries.ts";
import { useMaybeGraph } from "../project.ts";
import { useSession } from "../../session/use-session.ts";
import { useText } from "../../text/index.ts";
import { AgentIcon } from "../../ui/AgentIcon.tsx";
import { Avatar } from "../../ui/Avatar.tsx";
import { classes } from "../../ui/classes.ts";
import styles from "./MentionList.module.css";
import { roomFor, type Room } from "./room.ts";

const SHOWN_MAX = 6;

/** Somebody who can be mentioned: an agent, or a member of the project. */
interface Mentionable {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly face: ReactNode;
}

/** A field is a combobox for as long as it has a list; before and after it is one in which lines are typed. */
type Attributes = Pick<
  TextareaHTMLAttributes<HTMLTextAreaElement>,
  "role" | "onChange" | "onSelect" | "onBlur" | keyof AriaAttributes
>;

interface Mentions {
  /** For the field, which keeps the focus. */
  readonly attributes: Attributes;
  /** Whether a key was meant for the list. */
  readonly takes: (event: KeyboardEvent) => boolean;
  readonly list: ReactNode;
}

/** Completes agents and people of the project while they are being mentioned in a field. */
export function useMentions(
  field: RefObject<HTMLTextAreaElement | null>,
  text: string,
  onType: (text: string) => void,
): Mentions {
  const id = useId();
  const [caret, setCaret] = useState(-1);
  const [place, setPlace] = useState(0);
  const [closedAt, setClosedAt] = useState<number | null>(null);
  const all = useMentionable();
  const typed = caret < 0 ? null : typedAt(text, caret);
  // Whoever types another mention at the same place wants to see the list again.
  if (closedAt !== null && typed?.at !== closedAt) setClosedAt(null);
  const found = typed === null || typed.at === closedAt ? [] : matching(all, typed.begun);
  const chosen = found[Math.min(place, found.length - 1)];

  const take = (one: Mentionable) => {
    if (typed === null) return;
    const after = completed(text, typed, one.slug);
    setCaret(after.caret);
    setPlace(0);
    // The field has its new text at once: a key pressed before the next frame belongs behind the name.
    flushSync(() => onType(after.text));
    field.current?.setSelectionRange(after.caret, after.caret);
  };
  const takes = (event: KeyboardEvent): boolean => {
    if (chosen === undefined || event.metaKey || event.ctrlKey || event.nativeEvent.isComposing) return false;
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
      "aria-haspopup": "listbox",
      ...(isOpen && {
        role: "combobox",
        "aria-expanded": true,
        "aria-controls": id,
        "aria-activedescendant": `${id}-${chosen.id}`,
      }),
      onChange: ({ target }) => {
        onType(target.value);
        setCaret(target.selectionEnd);
        setPlace(0);
      },
      onSelect: ({ currentTarget }) => setCaret(currentTarget.selectionEnd),
      onBlur: () => setCaret(-1),
    },
    takes,
    list: isOpen && <List id={id} found={found} chosen={chosen} onChoose={take} />,
  };
}

/** Agents first, since a prompt asks the first that it mentions; then everybody else who is a member. */
function useMentionable(): readonly Mentionable[] {
  const agents = useProjectAgents().data;
  const members = useMaybeGraph()?.members;
  const session = useSession();
  const own = session.status === "in" ? session.user.id : "";
  return useMemo(() => {
    const people = [...(members?.values() ?? [])].filter(({ userId }) => userId !== own);
    return [
      ...(agents ?? []).map(({ agentId, slug, name, icon, color }) => ({
        id: agentId,
        slug,
        name,
        face: <AgentIcon size="small" icon={icon} color={color} />,
      })),
      ...people.map(({ userId, name, avatar }) => ({
        id: userId,
        slug: handleOf(name),
        name,
        face: <Avatar name={name} picture={avatar} />,
      })),
    ];
  }, [agents, members, own]);
}

/** Those whose slug or name begins like this; one that is written out needs no list. */
function matching(all: readonly Mentionable[], begun: string): readonly Mentionable[] {
  const wanted = begun.toLowerCase();
  const begins = (word: string) => word.toLowerCase().startsWith(wanted);
  if (all.some(({ slug }) => slug.toLowerCase() === wanted)) return [];
  return all.filter(({ slug, name }) => begins(slug) || begins(name)).slice(0, SHOWN_MAX);
}

interface ListProps {
  id: string;
  found: readonly Mentionable[];
  chosen: Mentionable;
  onChoose: (one: Mentionable) => void;
}

function List({ id, found, chosen, onChoose }: ListProps) {
  const { mention } = useText().agents;
  const ref = useRef<HTMLUListElement>(null);
  const room = useRoom(ref, found.length);
  return (
    <ul
      ref={ref}
      id={id}
      role="listbox"
      aria-label={mention.list}
      className={classes(styles.list, room?.side === "above" && styles.above)}
      style={room === null ? undefined : { maxHeight: room.height }}
    >
      {found.map((one) => (
        <li
          key={one.id}
          id={`${id}-${one.id}`}
          role="option"
          aria-selected={one === chosen}
          className={styles.item}
          // The field keeps the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            onChoose(one);
          }}
        >
          {one.face}
          {one.name} <small>@{one.slug}</small>
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
    const view = list?.closest("main")?.getBoundingClientRect();
    if (list === null || field === undefined || view === undefined) return;
    const zoom = list.getBoundingClientRect().width / list.offsetWidth;
    const seen = (visualViewport?.offsetTop ?? 0) + (visualViewport?.height ?? innerHeight);
    const within = { top: view.top, bottom: Math.min(view.bottom, seen) };
    setRoom(roomFor(list.scrollHeight, field, within, zoom));
  }, [ref, count]);
  return room;
}
