import {
  Combobox,
  ComboboxGroup,
  ComboboxGroupLabel,
  ComboboxItem,
  ComboboxList,
  ComboboxProvider,
} from "@ariakit/react";
import { useReactFlow } from "@xyflow/react";
import { useMemo, useState } from "react";

import { useText } from "../../text/index.ts";
import { Keys } from "../../ui/Keys.tsx";
import { useActions } from "../actions-context.ts";
import { useAllCommands, useCommands } from "../commands/hands.ts";
import { findNodes, fitOf, SEARCH, type Hit, type Piece } from "./find.ts";
import { nameOf } from "../../project/parts.ts";
import { useGraph } from "../../project/project.ts";
import styles from "./Palette.module.css";
import { glide } from "../sight.ts";
import { useCanvasStore } from "../../project/ui-state.ts";
import { showThread } from "../../project/view.ts";

/** From its beginning on, which no word inside a name comes to. */
const COMMAND_MEANT = 4;
const GLIDE_MS = 300;

export interface Leaving {
  onClose: () => void;
  onJump: (id: string) => void;
  onArrive: (id: string) => void;
}

/** Finds nodes by what they say, and commands by their names. */
export function Palette(leaving: Leaving) {
  const { canvas } = useText();
  const graph = useGraph();
  const [wanted, setWanted] = useState("");
  const hits = useMemo(() => findNodes(graph, wanted), [graph, wanted]);
  const commands = useFoundCommands(wanted);
  const jump = useJump(leaving);
  const start = (run: () => void) => {
    leaving.onClose();
    run();
  };
  const nodes = hits.length > 0 && <Nodes key="nodes" hits={hits} onJump={jump} />;
  const rest = commands.length > 0 && <Commands key="commands" commands={commands} onRun={start} />;
  // Whoever types the name of a command means the command.
  const isCommand = (commands[0]?.score ?? 0) >= COMMAND_MEANT && wanted.trim() !== "";
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
        {isCommand ? [rest, nodes] : [nodes, rest]}
        {hits.length + commands.length === 0 && <p className={styles.none}>{canvas.noHits}</p>}
      </ComboboxList>
    </ComboboxProvider>
  );
}

function Nodes({ hits, onJump }: { hits: readonly Hit[]; onJump: (id: string) => void }) {
  const { canvas } = useText();
  return (
    <ComboboxGroup>
      <ComboboxGroupLabel className={styles.group}>{canvas.jumpTo}</ComboboxGroupLabel>
      {hits.map(({ id, title, snippet, path }) => (
        <ComboboxItem
          key={id}
          value={id}
          setValueOnClick={false}
          hideOnClick={false}
          onClick={() => onJump(id)}
          className={styles.item}
        >
          {path !== "" && <span className={styles.path}>{path}</span>}
          <strong>{title.length === 0 ? canvas.emptyPrompt : <Pieces pieces={title} />}</strong>
          {snippet !== null && (
            <small>
              <Pieces pieces={snippet} />
            </small>
          )}
        </ComboboxItem>
      ))}
    </ComboboxGroup>
  );
}

const Pieces = ({ pieces }: { pieces: readonly Piece[] }) =>
  pieces.map(({ text, isHit }, place) => (isHit ? <mark key={place}>{text}</mark> : text));

function Commands({ commands, onRun }: { commands: readonly FoundCommand[]; onRun: (run: () => void) => void }) {
  const { canvas } = useText();
  return (
    <ComboboxGroup>
      <ComboboxGroupLabel className={styles.group}>{canvas.commands}</ComboboxGroupLabel>
      {commands.map(({ id, name, keys, run }) => (
        <ComboboxItem
          key={id}
          value={name}
          setValueOnClick={false}
          hideOnClick={false}
          className={styles.command}
          onClick={() => onRun(run)}
        >
          <span>{name}</span>
          {keys !== undefined && <Keys keys={keys} />}
        </ComboboxItem>
      ))}
    </ComboboxGroup>
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

interface FoundCommand {
  readonly id: string;
  readonly name: string;
  readonly keys: string | undefined;
  readonly score: number;
  readonly run: () => void;
}

/** Every command that means something now, by how well its name fits. */
function useFoundCommands(wanted: string): readonly FoundCommand[] {
  const words = useText();
  const { hands } = useAllCommands();
  return useCommands()
    .filter(({ id, run, isFor }) => id !== SEARCH && run !== undefined && (isFor === undefined || isFor(hands)))
    .filter(({ whyNot }) => (whyNot?.(hands, words) ?? null) === null)
    .map((command) => {
      const name = nameOf(command, words);
      return { id: command.id, name, keys: command.shown, score: fitOf(name, wanted), run: command.start };
    })
    .filter(({ name, score }) => name !== "" && score > 0)
    .toSorted((a, b) => (wanted.trim() === "" ? 0 : b.score - a.score));
}
