import { Ellipsis, Eye, EyeOff, GitBranchPlus, Link, Network, Pin, SlidersHorizontal } from "lucide-react";

import { openBranch } from "../panel/answer/branch-window.tsx";
import { copyLink } from "../project/copy-link.ts";
import type { EdgeView, NodeView } from "../project/project.ts";
import { useMay } from "../project/use-rights.ts";
import { useCanvasStore } from "../project/ui-state.ts";
import { showCanvas } from "../project/view.ts";
import { useText } from "../text/index.ts";
import { IconButton } from "../ui/Button.tsx";
import { Item, Menu, Separator } from "../ui/Menu.tsx";
import { useAsking } from "./asking.ts";
import { focusComposer } from "./focus.ts";
import { useMayAsk } from "./may-ask.ts";

interface Props {
  node: NodeView;
  /** The edge over which it enters the context of the next message. */
  way: EdgeView | undefined;
}

/** What is done to a message less often. */
export function MoreMenu({ node, way }: Props) {
  const { thread, panel, common } = useText();
  const store = useCanvasStore();
  const asking = useAsking();
  const mayAsk = useMayAsk();
  const mayWrite = useMay("graph:write");
  const isExcluded = way?.policy === "EXCLUDE";
  return (
    <Menu button={<IconButton size="small" label={common.more} icon={<Ellipsis aria-hidden />} />}>
      {mayAsk && (
        <Item
          icon={<GitBranchPlus aria-hidden />}
          keys="B"
          onSelect={() => {
            store.setState({ replyTo: node.id });
            // The menu gives the focus back first.
            requestAnimationFrame(focusComposer);
          }}
        >
          {thread.branch}
        </Item>
      )}
      <Item icon={<Link aria-hidden />} onSelect={() => void copyLink("thread", node.id)}>
        {thread.copyLink}
      </Item>
      <Item icon={<Network aria-hidden />} onSelect={() => showCanvas(store, node.id)}>
        {thread.onCanvas}
      </Item>
      {mayWrite && (
        <>
          <Separator />
          <Item icon={<Pin aria-hidden />} keys="P" onSelect={() => asking.pin(node)}>
            {node.pinned ? thread.unpin : thread.pin}
          </Item>
          {way !== undefined && (
            <Item icon={isExcluded ? <Eye aria-hidden /> : <EyeOff aria-hidden />} onSelect={() => asking.exclude(way)}>
              {isExcluded ? thread.include : thread.exclude}
            </Item>
          )}
          <Item icon={<SlidersHorizontal aria-hidden />} onSelect={() => openBranch(store, node.id)}>
            {panel.branch.open}
          </Item>
        </>
      )}
    </Menu>
  );
}
