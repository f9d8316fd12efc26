import { isAsked, kindOf } from "../../project/kinds.ts";
import { useGraph, useWritings, type NodeView } from "../../project/project.ts";
import { useCanvas, useCanvasStore } from "../../project/ui-state.ts";
import { useMay } from "../../project/use-rights.ts";
import { showCanvas } from "../../project/view.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { ModelName } from "../answer/AnswerFacts.tsx";
import { Votes } from "../answer/Votes.tsx";
import { useFormat } from "../data/format.ts";
import { Fold, Soft, useTitle } from "../parts/Parts.tsx";
import { Columns, type Column } from "./Columns.tsx";
import { canCompare, comparable } from "./comparable.ts";
import { Merge } from "./Merge.tsx";

/** The answers of what is selected, beside each other over the whole page. */
export function Wide({ onClose }: { onClose: () => void }) {
  const { panel } = useText();
  const graph = useGraph();
  const selection = useCanvas((ui) => ui.selection);
  const mayWrite = useMay("graph:write");
  const column = useColumn(onClose);
  const nodes = comparable(graph, selection);
  if (!canCompare(nodes)) return <Soft>{panel.compare.choose}</Soft>;
  return (
    <>
      <Columns columns={nodes.map(column)} />
      {mayWrite && (
        <Fold title={panel.compare.merge}>
          <Merge nodes={nodes.map(({ id }) => id)} />
        </Fold>
      )}
    </>
  );
}

function useColumn(onClose: () => void): (node: NodeView) => Column {
  const { canvas, thread } = useText();
  const title = useTitle();
  const format = useFormat();
  const writings = useWritings();
  const store = useCanvasStore();
  return (node) => {
    const { id, prompt, response, generationId, llmTokens, llmCost } = node;
    const writing = writings.get(id);
    const facts = [
      llmTokens !== null && canvas.tokens(format.count(llmTokens)),
      llmCost !== null && llmCost > 0 && format.money(llmCost),
    ].filter((fact) => fact !== false);
    const show = () => {
      showCanvas(store, id);
      onClose();
    };
    return {
      id,
      name: title(id),
      model: <Author node={node} />,
      text: writing?.text ?? (isAsked(node) ? (response ?? "") : prompt),
      isLive: writing !== undefined,
      facts: facts.length > 0 && <Soft>{facts.join(" · ")}</Soft>,
      actions: (
        <>
          {generationId !== null && response !== null && <Votes node={id} generation={generationId} />}
          <Button size="small" onClick={show}>
            {thread.onCanvas}
          </Button>
        </>
      ),
    };
  };
}

/** Who answered; of what is not asked, what it is. */
function Author({ node }: { node: NodeView }) {
  const { canvas } = useText();
  if (!isAsked(node)) return <>{canvas.kind[kindOf(node)]}</>;
  if (node.llmModel !== null) return <ModelName id={node.llmModel} />;
  const isByHand = node.response !== null && node.generationId === null;
  return <>{isByHand ? canvas.byHand : canvas.status[node.status]}</>;
}
