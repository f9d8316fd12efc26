import { Tab, TabList, TabPanel, TabProvider } from "@ariakit/react";
import { X } from "lucide-react";

import { useAccess, useGraph } from "../project/project.ts";
import { useCanvas, useCanvasStore, type PanelTab } from "../project/ui-state.ts";
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
/** What there is to see of a project as a whole. */
const PROJECT_TABS: readonly PanelTab[] = ["answer", "usage", "compare"];
/** The rest is read with an account. */
const GUEST_TABS: readonly PanelTab[] = ["answer"];

/** Beside the canvas: everything about what is selected. */
export function Panel() {
  const chosen = useCanvas((ui) => ui.panel);
  const ui = useCanvasStore();
  const selected = useSelected();
  const { isGuest } = useAccess();
  const { panel } = useText();
  if (chosen === null) return null;
  const tabs = isGuest ? GUEST_TABS : selected.length === 0 ? PROJECT_TABS : TABS;
  const tab = tabs.includes(chosen) ? chosen : "answer";
  return (
    <aside className={styles.panel} aria-label={panel.name}>
      <TabProvider
        selectedId={tab}
        setSelectedId={(id) => ui.setState({ panel: TABS.find((each) => each === id) ?? "answer" })}
      >
        <header className={styles.header}>
          <TabList className={styles.tabs} aria-label={panel.name}>
            {tabs.map((each) => (
              <Tab key={each} id={each} className={styles.tab}>
                {each === "answer" && selected.length === 0 ? panel.overview.title : panel.tabs[each]}
              </Tab>
            ))}
          </TabList>
          <IconButton
            label={panel.close}
            size="small"
            icon={<X aria-hidden />}
            onClick={() => ui.setState({ panel: null })}
          />
        </header>
        <TabPanel key={tab} tabId={tab} className={styles.body}>
          <Shown tab={tab} selected={selected} />
        </TabPanel>
      </TabProvider>
    </aside>
  );
}

/** What somebody else deletes is no longer selected here. */
function useSelected(): readonly string[] {
  const { nodes } = useGraph();
  const selection = useCanvas((ui) => ui.selection);
  return [...selection].filter((id) => nodes.has(id));
}

function Shown({ tab, selected }: { tab: PanelTab; selected: readonly string[] }) {
  const { nodes } = useGraph();
  const comparing = useCanvas((ui) => ui.comparing);
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
