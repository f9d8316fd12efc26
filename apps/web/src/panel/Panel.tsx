import { Tab, TabList, TabPanel, TabProvider } from "@ariakit/react";
import { X } from "lucide-react";

import { useGraph } from "../canvas/project.ts";
import { useCanvas, useCanvasStore, type CanvasUi, type PanelTab } from "../canvas/ui-state.ts";
import { useText } from "../text/index.ts";
import { IconButton } from "../ui/Button.tsx";
import { Answer } from "./answer/Answer.tsx";
import { Attempts } from "./attempts/Attempts.tsx";
import { Compare } from "./compare/Compare.tsx";
import { Context } from "./context/Context.tsx";
import { Many, Overview } from "./Overview.tsx";
import styles from "./Panel.module.css";
import { Usage } from "./usage/Usage.tsx";

const TABS: readonly PanelTab[] = ["answer", "context", "attempts", "usage", "compare"];

/** Beside the canvas: everything about what is selected. */
export function Panel() {
  const tab = useCanvas((ui) => ui.panel);
  const ui = useCanvasStore();
  const { panel } = useText();
  if (tab === null) return null;
  return (
    <aside className={styles.panel} aria-label={panel.name}>
      <TabProvider selectedId={tab} setSelectedId={(id) => ui.setState({ panel: TABS.find((each) => each === id) ?? "answer" })}>
        <header className={styles.header}>
          <TabList className={styles.tabs} aria-label={panel.name}>
            {TABS.map((each) => (
              <Tab key={each} id={each} className={styles.tab}>
                {panel.tabs[each]}
              </Tab>
            ))}
          </TabList>
          <IconButton label={panel.close} size="small" icon={<X aria-hidden />} onClick={() => ui.setState({ panel: null })} />
        </header>
        <TabPanel key={tab} tabId={tab} className={styles.body}>
          <Shown tab={tab} />
        </TabPanel>
      </TabProvider>
    </aside>
  );
}

function Shown({ tab }: { tab: PanelTab }) {
  const { nodes } = useGraph();
  const selection = useCanvas((ui) => ui.selection);
  const comparing = useCanvas(pair);
  // What somebody else deletes is no longer selected here.
  const selected = [...selection].filter((id) => nodes.has(id));
  const [node = null] = selected;
  if (tab === "compare") {
    const both = selected.length === 2 ? ([selected[0] ?? "", selected[1] ?? ""] as const) : comparing;
    return <Compare pair={both?.every((id) => nodes.has(id)) === true ? both : null} />;
  }
  if (tab === "usage") return <Usage node={selected.length === 1 ? node : null} />;
  if (node === null) return <Overview />;
  if (selected.length > 1) return <Many nodes={selected} />;
  switch (tab) {
    case "answer":
      return <Answer key={node} id={node} />;
    case "context":
      return <Context key={node} id={node} />;
    case "attempts":
      return <Attempts key={node} id={node} />;
  }
}

const pair = ({ comparing }: CanvasUi) => comparing;
