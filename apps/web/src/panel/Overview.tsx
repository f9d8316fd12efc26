import { useAccess, useGraph } from "../project/project.ts";
import { useMay } from "../project/use-rights.ts";
import { useCanvasStore } from "../project/ui-state.ts";
import { useText } from "../text/index.ts";
import { Button } from "../ui/Button.tsx";
import { canCompare, comparable, COMPARE_TAB } from "./compare/comparable.ts";
import { compareWindow } from "./compare/window.tsx";
import { useUsage } from "./data/queries.ts";
import styles from "./Overview.module.css";
import { Actions, NodeLink, Reading, Section, Soft } from "./parts/Parts.tsx";
import { Total } from "./usage/Total.tsx";
import { soonComponent } from "../ui/late.ts";

const Refresh = soonComponent(async () => (await import("./Refresh.tsx")).Refresh);

/** The project, when nothing is selected. */
export function Overview() {
  const { panel } = useText();
  const { project, nodes, edges } = useGraph();
  const mayWrite = useMay("graph:write");
  const seesCosts = useMay("costs:read");
  const answered = [...nodes.values()].filter(({ response }) => response !== null).length;
  const counts = [
    panel.overview.nodes(nodes.size),
    panel.overview.connections(edges.size),
    panel.overview.answered(answered),
  ];
  const steps = mayWrite ? panel.overview.step : panel.overview.stepsReader;
  return (
    <>
      <Section title={panel.overview.title}>
        <h2>{project.name}</h2>
        {project.description !== null && <p>{project.description}</p>}
        <Soft>{counts.join(" · ")}</Soft>
        <Refresh />
      </Section>
      {seesCosts && <Spent />}
      <Section title={panel.overview.steps}>
        <ol className={styles.steps}>
          {steps.map(([name, text]) => (
            <li key={name}>
              <strong>{name}</strong>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      </Section>
    </>
  );
}

function Spent() {
  const { panel } = useText();
  const usage = useUsage("model");
  return (
    <Section title={panel.overview.spent}>
      {usage.data === undefined || usage.isError ? <Reading query={usage} /> : <Total usage={usage.data} />}
    </Section>
  );
}

const LISTED = 50;

/** Several nodes that are selected: what can be done with them together. */
export function Many({ nodes }: { nodes: readonly string[] }) {
  const { panel } = useText();
  const ui = useCanvasStore();
  const { isGuest } = useAccess();
  const graph = useGraph();
  const [a, b] = nodes;
  const canStand = canCompare(comparable(graph, nodes));
  return (
    <Section title={panel.many.title(nodes.length)}>
      <ul className={styles.nodes}>
        {nodes.slice(0, LISTED).map((id) => (
          <li key={id}>
            <NodeLink id={id} />
          </li>
        ))}
      </ul>
      {!canStand && <Soft>{panel.many.text}</Soft>}
      <Actions>
        {!isGuest && nodes.length === 2 && a !== undefined && b !== undefined && (
          <Button look="primary" onClick={() => ui.setState({ panel: COMPARE_TAB, comparing: [a, b] })}>
            {panel.many.compare}
          </Button>
        )}
        {canStand && <Button onClick={() => ui.setState({ open: compareWindow.id })}>{panel.compare.wide}</Button>}
      </Actions>
    </Section>
  );
}
