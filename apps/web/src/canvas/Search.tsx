import { Combobox, ComboboxGroup, ComboboxGroupLabel, ComboboxItem, ComboboxList, ComboboxProvider, Dialog } from "@ariakit/react";
import { useReactFlow } from "@xyflow/react";
import { useMemo, useState } from "react";

import type { CanvasGraph } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import { useActions } from "./actions-context.ts";
import { titleOf } from "./Card.tsx";
import { useGraph, useRights } from "./project.ts";
import styles from "./Search.module.css";
import { useCanvasStore } from "./ui-state.ts";

const HITS_MAX = 30;
const AROUND = 48;
const GLIDE_MS = 300;

/** Finds nodes by what they say, and commands by their names. */
export function Search({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { canvas } = useText();
  return (
    <Dialog open={open} onClose={onClose} unmountOnHide aria-label={canvas.search} className={styles.window} backdrop={<div className={styles.backdrop} />}>
      <Inside onClose={onClose} />
    </Dialog>
  );
}

function Inside({ onClose }: { onClose: () => void }) {
  const { canvas } = useText();
  const graph = useGraph();
  const actions = useActions();
  const flow = useReactFlow();
  const [wanted, setWanted] = useState("");
  const hits = useMemo(() => found(graph, wanted), [graph, wanted]);
  const commands = useCommands().filter(({ name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()));
  const jump = (id: string) => {
    onClose();
    actions.select([id]);
    void flow.fitView({ nodes: [{ id }], duration: GLIDE_MS, maxZoom: 1, padding: 0.4 });
  };
  return (
    <ComboboxProvider open inputValue={wanted} setInputValue={setWanted} compositeElementInFocusOrder={false}>
      <Combobox autoFocus autoSelect="always" placeholder={canvas.searchHint} aria-label={canvas.searchHint} className={styles.field} />
      <ComboboxList className={styles.list} alwaysVisible>
        {hits.length > 0 && (
          <ComboboxGroup>
            <ComboboxGroupLabel className={styles.group}>{canvas.jumpTo}</ComboboxGroupLabel>
            {hits.map(({ id, title, excerpt }) => (
              <ComboboxItem key={id} value={id} setValueOnClick={false} hideOnClick={false} onClick={() => jump(id)} className={styles.item}>
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
                  onClose();
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

function useCommands(): readonly { name: string; run: () => void }[] {
  const { canvas } = useText();
  const { edit, manage } = useRights();
  const { role } = useGraph().project;
  const actions = useActions();
  const store = useCanvasStore();
  const flow = useReactFlow();
  const open = (window: "share" | "shortcuts" | "trash" | "settings") => () => {
    // The search window closes first, and gives the focus back.
    queueMicrotask(() => store.setState({ open: window }));
  };
  const looking = [
    { name: canvas.fit, run: () => void flow.fitView({ padding: 0.15, maxZoom: 1, duration: GLIDE_MS }) },
    ...(role === null ? [] : [{ name: canvas.share, run: open("share") }]),
    { name: canvas.shortcuts, run: open("shortcuts") },
    ...(manage ? [{ name: canvas.settings, run: open("settings") }] : []),
  ];
  const editing = [
    { name: canvas.newNode, run: () => actions.create(flow.screenToFlowPosition({ x: innerWidth / 3, y: innerHeight / 3 })) },
    { name: canvas.layOut, run: () => void actions.layOut() },
    { name: canvas.trash, run: open("trash") },
  ];
  return edit ? [...editing, ...looking] : looking;
}

interface Hit {
  readonly id: string;
  readonly title: string;
  readonly excerpt: string | null;
}

/** Nodes whose prompt or answer has the words; those where the prompt has them come first. */
function found({ nodes }: CanvasGraph, wanted: string): readonly Hit[] {
  const words = wanted.trim().toLowerCase();
  if (words === "") return [];
  const byPrompt: Hit[] = [];
  const byAnswer: Hit[] = [];
  for (const node of nodes.values()) {
    const title = titleOf(node);
    if (node.prompt.toLowerCase().includes(words)) byPrompt.push({ id: node.id, title, excerpt: null });
    else if (node.response?.toLowerCase().includes(words) === true) {
      byAnswer.push({ id: node.id, title, excerpt: around(node.response, words) });
    }
    if (byPrompt.length >= HITS_MAX) break;
  }
  return [...byPrompt, ...byAnswer].slice(0, HITS_MAX);
}

function around(text: string, words: string): string {
  const at = text.toLowerCase().indexOf(words);
  const from = Math.max(0, at - AROUND);
  return `${from > 0 ? "…" : ""}${text.slice(from, at + words.length + AROUND)}…`;
}
