import { kindOf } from "../../project/kinds.ts";
import type { Filter } from "../../project/ui-state.ts";
import type { NodeView } from "../../sync/index.ts";

type Looked = Pick<NodeView, "status" | "llmModel" | "response" | "tags"> &
  Partial<Pick<NodeView, "kind" | "role" | "llmCost" | "authorId">>;

/** Whether a node is like what is looked for; with nothing to look for, every node is. */
export function matches(node: Looked, filter: Filter | null): boolean {
  if (filter === null) return true;
  const { status, llmModel, response, tags = [], llmCost, authorId } = node;
  const isOne = filter.kind === undefined || filter.kind === kindOf(node);
  const isLike = filter.status === undefined || filter.status === status;
  const answered = response === null ? undefined : (llmModel ?? "");
  const isBy = filter.model === undefined || filter.model === answered;
  const isDear = filter.cost === undefined || (llmCost ?? 0) >= Number(filter.cost);
  const isOf = filter.author === undefined || filter.author === authorId;
  return isOne && isLike && isBy && isOf && isDear && (filter.tag === undefined || tags.includes(filter.tag));
}

/** Null where nothing is looked for any more. */
export function without(filter: Filter | null, name: keyof Filter, value: string | undefined): Filter | null {
  const { [name]: _, ...others } = filter ?? {};
  const changed = value === undefined ? others : { ...others, [name]: value };
  return Object.keys(changed).length === 0 ? null : changed;
}
