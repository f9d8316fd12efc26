import type { Nodes, Parents, PhrasingContent, Root, RootContent } from "mdast";

/**
 * What a model wrote is text and nothing else: HTML is shown as it was written, and an image is a link to it, since
 * fetching it would tell its server who reads this.
 */
export function inert() {
  return (tree: Root): void => {
    walk(tree, false);
  };
}

function walk(parent: Parents, inLink: boolean): void {
  parent.children = parent.children.map((child) => calmed(child, parent, inLink));
  for (const child of parent.children) {
    if ("children" in child) walk(child, inLink || child.type === "link" || child.type === "linkReference");
  }
}

function calmed(node: RootContent, parent: Nodes, inLink: boolean): RootContent {
  switch (node.type) {
    case "html": {
      const text = { type: "text", value: node.value } as const;
      return isPhrasing(parent) ? text : { type: "paragraph", children: [text] };
    }
    case "image":
      return inLink ? named(node) : { type: "link", url: node.url, title: node.title ?? null, children: [named(node)] };
    case "imageReference": {
      const { identifier, label, referenceType } = node;
      return inLink
        ? named(node)
        : { type: "linkReference", identifier, label: label ?? null, referenceType, children: [named(node)] };
    }
    default:
      return node;
  }
}

const FLOW: readonly string[] = ["root", "blockquote", "listItem", "footnoteDefinition"];
const isPhrasing = ({ type }: Nodes): boolean => !FLOW.includes(type);

function named(image: {
  alt?: string | null | undefined;
  url?: string;
  label?: string | null | undefined;
}): PhrasingContent {
  return { type: "text", value: image.alt ?? image.label ?? image.url ?? "" };
}
