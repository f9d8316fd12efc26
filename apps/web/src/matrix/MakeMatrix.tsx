import { useReactFlow } from "@xyflow/react";
import { useState } from "react";

import { useActions } from "../canvas/actions-context.ts";
import { goodPlace } from "../canvas/commands/hands.ts";
import { useModels } from "../panel/data/queries.ts";
import { isFrame } from "../project/kinds.ts";
import { MATRIX_TABLE } from "../project/matrix.ts";
import { cardsOf, freePlace } from "../project/places.ts";
import { useGraph, useProject } from "../project/project.ts";
import { titleOf } from "../project/title.ts";
import { useCanvas, useCanvasStore } from "../project/ui-state.ts";
import { useMay } from "../project/use-rights.ts";
import { useText } from "../text/index.ts";
import { Button } from "../ui/Button.tsx";
import { Input, TextArea } from "../ui/Field.tsx";
import { Segments } from "../ui/Segments.tsx";
import { sayFailed } from "../ui/toasts.ts";
import { cellCount, CELLS_MAX, gridOf, linesOf, made, type Column, type Plan } from "./make.ts";
import styles from "./Matrix.module.css";

type Kind = "criteria" | "models";

/** What a matrix is to compare; it is made as one step, which one undo takes back. */
export function MakeMatrix({ onClose }: { onClose: () => void }) {
  const { matrix } = useText();
  const parents = useParents();
  const [kind, setKind] = useState<Kind>("criteria");
  const [title, setTitle] = useState("");
  const [rows, setRows] = useState("");
  const [criteria, setCriteria] = useState("");
  const [models, setModels] = useState<ReadonlySet<string>>(new Set());
  const [prompt, setPrompt] = useState<string | null>(null);
  const columns: readonly Column[] =
    kind === "criteria"
      ? linesOf(criteria).map((name) => ({ name, model: null }))
      : Array.from(models, (model) => ({ name: model, model }));
  const plan: Plan = {
    title: title.trim() === "" ? matrix.untitled : title.trim(),
    rows: linesOf(rows),
    columns,
    prompt: prompt ?? matrix.asks[kind],
    parents: parents.map(({ id }) => id),
  };
  const make = useMaking(onClose);
  return (
    <div className={styles.form}>
      <p>{matrix.text}</p>
      <Segments
        label={matrix.kind.label}
        value={kind}
        options={[
          ["criteria", matrix.kind.criteria],
          ["models", matrix.kind.models],
        ]}
        onChange={setKind}
      />
      <Input label={matrix.title} value={title} maxLength={200} onChange={({ target }) => setTitle(target.value)} />
      <div className={styles.pair}>
        <TextArea
          label={kind === "criteria" ? matrix.options : matrix.prompts}
          hint={matrix.eachLine}
          rows={5}
          value={rows}
          onChange={({ target }) => setRows(target.value)}
        />
        {kind === "criteria" ? (
          <TextArea
            label={matrix.criteria}
            hint={matrix.eachLine}
            rows={5}
            value={criteria}
            onChange={({ target }) => setCriteria(target.value)}
          />
        ) : (
          <Models chosen={models} onChoose={setModels} />
        )}
      </div>
      <TextArea label={matrix.prompt} rows={2} value={plan.prompt} onChange={({ target }) => setPrompt(target.value)} />
      <Grounds parents={parents} />
      <Foot plan={plan} onMake={(isAsked) => make(plan, isAsked)} />
    </div>
  );
}

/** How large it becomes, and the way to it. */
function Foot({ plan, onMake }: { plan: Plan; onMake: (isAsked: boolean) => void }) {
  const { matrix } = useText();
  const mayRun = useMay("runs:run");
  const { rows, columns, prompt } = plan;
  const count = cellCount(plan);
  const isReady = count > 0 && count <= CELLS_MAX && prompt.trim() !== "";
  return (
    <>
      <p role="status" className={styles.hint}>
        {count > CELLS_MAX ? matrix.tooMany(CELLS_MAX) : matrix.size(rows.length, columns.length)}
      </p>
      <footer className={styles.actions}>
        <Button look={mayRun ? "plain" : "primary"} disabled={!isReady} onClick={() => onMake(false)}>
          {matrix.submit}
        </Button>
        {mayRun && (
          <Button look="primary" disabled={!isReady} onClick={() => onMake(true)}>
            {matrix.submitAndAsk}
          </Button>
        )}
      </footer>
    </>
  );
}

/** Whatever is selected when the window opens is what the matrix is about. */
function useParents() {
  const { nodes } = useGraph();
  const selection = useCanvas((ui) => ui.selection);
  return [...selection].flatMap((id) => nodes.get(id) ?? []).filter((node) => !isFrame(node));
}

function Grounds({ parents }: { parents: ReturnType<typeof useParents> }) {
  const { matrix } = useText();
  const [one, another] = parents;
  if (one === undefined) return null;
  return (
    <p className={styles.hint}>
      {another === undefined ? matrix.basedOn(titleOf(one, "…")) : matrix.basedOnMany(parents.length)}
    </p>
  );
}

interface ModelsProps {
  chosen: ReadonlySet<string>;
  onChoose: (models: ReadonlySet<string>) => void;
}

function Models({ chosen, onChoose }: ModelsProps) {
  const { matrix } = useText();
  const models = useModels().data ?? [];
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    <fieldset className={styles.models}>
      <legend>{matrix.models}</legend>
      {models.map(({ id }) => (
        <label key={id}>
          <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id)} />
          {id}
        </label>
      ))}
    </fieldset>
  );
}

/** Puts the matrix where there is room for it, and shows it. */
function useMaking(onClose: () => void): (plan: Plan, isAsked: boolean) => void {
  const project = useProject();
  const store = useCanvasStore();
  const actions = useActions();
  const flow = useReactFlow();
  return (plan, isAsked) => {
    const size = gridOf(plan);
    const place = freePlace(goodPlace(flow), cardsOf(project.graph()?.nodes.values() ?? []), size);
    const { ops, frame, cells } = made(plan, place);
    try {
      project.submitBatch([...ops]);
    } catch (error) {
      sayFailed(error);
      return;
    }
    actions.select([frame]);
    void flow.fitBounds({ ...place, width: size.width, height: size.height }, { padding: 0.1 });
    onClose();
    if (!isAsked) return;
    for (const id of cells) actions.generate(id);
    // The window that was open gives the keyboard back first.
    queueMicrotask(() => store.setState({ open: MATRIX_TABLE }));
  };
}
