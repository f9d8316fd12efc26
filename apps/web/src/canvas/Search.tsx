import {
  Combobox,
  ComboboxGroup,
  ComboboxGroupLabel,
  ComboboxItem,
  ComboboxList,
  ComboboxProvider,
  Dialog,
} from "@ariakit/react";
import { useReactFlow } from "@xyflow/react";
import { Search as SearchIcon } from "lucide-react";
import { useMemo, useState } from "react";

import type { CanvasGraph, NodeView } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import { useActions } from "./actions-context.ts";
import { titleOf } from "./title.ts";
import { useCommands } from "./commands/hands.ts";
import { opens, type Command, type PageWindow } from "../project/parts.ts";
import { useGraph } from "../project/project.ts";
import styles from "./Search.module.css";
import { focusCard, glide } from "./sight.ts";
import { useCanvasStore } from "../project/ui-state.ts";
import { showThread } from "../project/view.ts";

const HITS_MAX = 30;
const AROUND = 48;
const GLIDE_MS = 300;

/** Finds nodes by what they say, and commands by their names. */
function Search({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { canvas } = useText();
  const store = useCanvasStore();
  const [target, setTarget] = useState<string | null>(null);
  const arrived = (id: string) => {
    setTarget(null);
    if (store.getState().selection.has(id) && store.getState().editing === null) focusCard(id);
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      // After a jump the keyboard is where the view is, and not where it was before.
      autoFocusOnHide={target === null}
      unmountOnHide
      data-window
      aria-label={canvas.search}
      className={styles.window}
      backdrop={<div className={styles.backdrop} />}
    >
      <Inside onClose={onClose} onJump={setTarget} onArrive={arrived} />
    </Dialog>
  );
}

export const searchWindow: PageWindow = { id: "search", Body: Search };

export const search: Command = {
  id: "search",
  label: ({ canvas }) => canvas.search,
  keys: ["Mod+k", "/"],
  whileTyping: ["Mod+k"],
  shown: "Mod+K",
  help: { part: "view", says: ({ canvas }) => canvas.keys.search },
  button: { place: "bar", icon: SearchIcon },
  run: opens(searchWindow),
};

interface Leaving {
  onClose: () => void;
  onJump: (id: string) => void;
  onArrive: (id: string) => void;
}

function Inside(leaving: Leaving) {
  const { canvas } = useText();
  const graph = useGraph();
  const [wanted, setWanted] = useState("");
  const hits = useMemo(() => found(graph, wanted), [graph, wanted]);
  const commands = useFoundCommands(wanted);
  const jump = useJump(leaving);
  return (
    <ComboboxProvider open inputValue={wanted} setInputValue={setWanted} compositeElementInFocusOrder={false}>
      <Combobox
        autoFocus
        autoSelect="always"
        placeholder={canvas.searchHint}
        aria-label={canvas.searchHint}
        className={styles.field}
      />
      <ComboboxList className={styles.list} alwaysVisible>
        {hits.length > 0 && (
          <ComboboxGroup>
            <ComboboxGroupLabel className={styles.group}>{canvas.jumpTo}</ComboboxGroupLabel>
            {hits.map(({ id, title, excerpt }) => (
              <ComboboxItem
                key={id}
                value={id}
                setValueOnClick={false}
                hideOnClick={false}
                onClick={() => jump(id)}
                className={styles.item}
              >
                <strong>{title === "" ? canvas.emptyPrompt : title}</strong>
                {excerpt !== null && <small>{excerpt}</small>}
              </ComboboxItem>
            ))}
          </ComboboxGroup>
        )}
        {commands.length > 0 && (
          <ComboboxGroup>
            <ComboboxGroupLabel className={styles.group}>{canvas.commands}</ComboboxGroupLabel>
            {commands.map(({ name, run }) => (
              <ComboboxItem
                key={name}
                value={name}
                setValueOnClick={false}
                hideOnClick={false}
                className={styles.item}
                onClick={() => {
                  leaving.onClose();
                  run();
                }}
              >
                {name}
              </ComboboxItem>
            ))}
          </ComboboxGroup>
        )}
        {hits.length + commands.length === 0 && <p className={styles.none}>{canvas.noHits}</p>}
      </ComboboxList>
    </ComboboxProvider>
  );
}

/** Goes to a node, in the view that is looked at. */
function useJump({ onClose, onJump, onArrive }: Leaving): (id: string) => void {
  const store = useCanvasStore();
  const actions = useActions();
  const flow = useReactFlow();
  return (id) => {
    onJump(id);
    onClose();
    if (store.getState().view === "thread") {
      showThread(store, id);
      return;
    }
    actions.select([id]);
    void flow
      .fitView({ nodes: [{ id }], duration: glide(GLIDE_MS), maxZoom: 1, padding: 0.4 })
      .then(() => onArrive(id));
  };
}

function useFoundCommands(wanted: string): readonly { name: string; run: () => void }[] {
  const words = useText();
  return useCommands()
    .filter(({ isFound }) => isFound)
    .map(({ label, start }) => ({ name: label?.(words) ?? "", run: start }))
    .filter(({ name }) => plain(name).includes(plain(wanted.trim())));
}

interface Hit {
  readonly id: string;
  readonly title: string;
  readonly excerpt: string | null;
}

/** Nodes whose prompt or answer has the words; those where the prompt has them come first. */
function found({ nodes }: CanvasGraph, wanted: string): readonly Hit[] {
  const words = plain(wanted.trim());
  if (words === "") return [];
  const byPrompt: Hit[] = [];
  const byAnswer: Hit[] = [];
  for (const node of nodes.values()) {
    const { prompt, response } = plainOf(node);
    if (prompt.includes(words)) byPrompt.push({ id: node.id, title: titleOf(node), excerpt: null });
    else if (response.includes(words))
      byAnswer.push({ id: node.id, title: titleOf(node), excerpt: around(node.response ?? "", words) });
    if (byPrompt.length >= HITS_MAX) break;
  }
  return [...byPrompt, ...byAnswer].slice(0, HITS_MAX);
}

interface Plain {
  readonly prompt: string;
  readonly response: string;
}
const plains = new WeakMap<NodeView, Plain>();

/** What a node says, as it is searched; made once, and not anew for every letter that is typed. */
function plainOf(node: NodeView): Plain {
  const known = plains.get(node);
  if (known !== undefined) return known;
  const made = { prompt: plain(node.prompt), response: plain(node.response ?? "") };
  plains.set(node, made);
  return made;
}

/** Whoever looks for "cafe" means "café" as well. */
const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function around(text: string, words: string): string {
  const at = plain(text).indexOf(words);
  const from = Math.max(0, at - AROUND);
  return `${from > 0 ? "…" : ""}${text.slice(from, at + words.length + AROUND)}…`;
}
