import { Link } from "wouter";

import { copiedFrom } from "../../project/copied-from.ts";
import { useGraph, type NodeView } from "../../project/project.ts";
import { addressOf } from "../../project/view.ts";
import { useText } from "../../text/index.ts";
import { Facts, NodeLink } from "../parts/Parts.tsx";

/** Where a copy is from: a card here, or one of another project, which is shown to those who may see that. */
export function CopiedFrom({ node }: { node: NodeView }) {
  const { answer } = useText().panel;
  const { project } = useGraph();
  const source = copiedFrom(node);
  if (source === null) return null;
  const there = addressOf(
    { pathname: `/projects/${source.project}`, search: "" },
    { view: "canvas", node: source.node },
  );
  const from =
    source.project === project.id ? <NodeLink id={source.node} /> : <Link href={there}>{answer.otherProject}</Link>;
  return <Facts facts={[[answer.copiedFrom, from]]} />;
}
