import { Tab as TabButton, TabList, TabPanel, TabProvider } from "@ariakit/react";
import { PanelRight, X } from "lucide-react";
import { useEffect, useRef, type RefObject } from "react";

import { useTabs, type Command, type Tab } from "../project/parts.ts";
import { useAccess, useGraph } from "../project/project.ts";
import { FIRST_TAB, useCanvas, useCanvasStore } from "../project/ui-state.ts";
import { useText } from "../text/index.ts";
import { IconButton } from "../ui/Button.tsx";
import styles from "./Panel.module.css";

/** Beside the canvas: everything about what is selected. */
export function Panel() {
  const chosen = useCanvas((ui) => ui.panel);
  const ui = useCanvasStore();
  const selected = useSelected();
  const { isGuest } = useAccess();
  const words = useText();
  const { panel } = words;
  const tabs = useTabs().filter((tab) => tab.isFor(selected) && !(isGuest && tab.needsAccount === true));
  const tab = tabs.find(({ id }) => id === chosen) ?? tabs[0];
  const body = useRef<HTMLDivElement>(null);
  useGivingWay(tab, body);
  if (chosen === null || tab === undefined) return null;
  return (
    <aside className={styles.panel} aria-label={panel.name}>
      <TabProvider selectedId={tab.id} setSelectedId={(id) => ui.setState({ panel: id ?? FIRST_TAB })}>
        <header className={styles.header}>
          <TabList className={styles.tabs} aria-label={panel.name}>
            {tabs.map(({ id, label }) => (
              <TabButton key={id} id={id} className={styles.tab}>
                {label(words, selected)}
              </TabButton>
            ))}
          </TabList>
          <IconButton
            label={panel.close}
            size="small"
            icon={<X aria-hidden />}
            onClick={() => ui.setState({ panel: null })}
          />
        </header>
        <TabPanel ref={body} key={tab.id} tabId={tab.id} className={styles.body}>
          <tab.Body selected={selected} />
        </TabPanel>
      </TabProvider>
    </aside>
  );
}

/** Whoever presses another card wants to see that; what was typed beside it stays in sight, and is not lost. */
function useGivingWay(tab: Tab | undefined, body: RefObject<HTMLElement | null>): void {
  const ui = useCanvasStore();
  useEffect(
    () =>
      ui.subscribe((now, before) => {
        const isPressed = now.selection !== before.selection && now.selection.size === 1 && before.panel === now.panel;
        if (isPressed && tab?.givesWay?.(now) === true && !holdsText(body.current)) ui.setState({ panel: FIRST_TAB });
      }),
    [ui, tab, body],
  );
}

const holdsText = (within: HTMLElement | null): boolean =>
  [...(within?.querySelectorAll<HTMLInputElement>("textarea, input[type=text], input:not([type])") ?? [])].some(
    ({ value }) => value !== "",
  );

/** What somebody else deletes is no longer selected here. */
function useSelected(): readonly string[] {
  const { nodes } = useGraph();
  const selection = useCanvas((ui) => ui.selection);
  return [...selection].filter((id) => nodes.has(id));
}

export const togglePanel: Command = {
  id: "panel",
  label: ({ canvas }) => canvas.panel,
  keys: ["i"],
  shown: "I",
  help: { part: "view", says: ({ canvas }) => canvas.keys.panel },
  button: { place: "end", icon: PanelRight, isWide: true, isOn: ({ panel }) => panel !== null },
  run: ({ store }) => store.setState(({ panel }) => ({ panel: panel === null ? FIRST_TAB : null })),
};
