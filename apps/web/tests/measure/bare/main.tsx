import "@xyflow/react/dist/style.css";

import {
  Background,
  Controls,
  MiniMap,
  ReactFlow,
  useEdgesState,
  useNodesState,
  type Edge,
  type Node,
} from "@xyflow/react";
import { createRoot } from "react-dom/client";

import type { GraphView } from "../../../src/sync/index.ts";

/** React Flow as its own documentation sets it up, with the same graph. */
function Bare({ nodes: first, edges: drawn }: { nodes: Node[]; edges: Edge[] }) {
  const [nodes, , onNodesChange] = useNodesState(first);
  const [edges, , onEdgesChange] = useEdgesState(drawn);
  return (
    <div style={{ position: "fixed", inset: 0 }}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        fitView
        minZoom={0.05}
      >
        <Background />
        <MiniMap />
        <Controls />
      </ReactFlow>
    </div>
  );
}

const answer = await fetch("/graph.json");
const graph = (await answer.json()) as GraphView;
const nodes = graph.nodes.map(({ id, prompt, response, position }) => ({
  id,
  position,
  data: { label: `${prompt}\n${response ?? ""}` },
  style: { width: 340 },
}));
const edges = graph.edges.map(({ id, sourceId, targetId }) => ({ id, source: sourceId, target: targetId }));
const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<Bare nodes={nodes} edges={edges} />);
