import { EllipsisVertical, Pause, Play, Settings2, Trash2 } from "lucide-react";
import { useState } from "react";

import { changeAgent, pauseAgents, removeAgent } from "../../project/agents/changes.ts";
import { useAgentsChange, useProjectAgents, type ProjectAgent } from "../../project/agents/queries.ts";
import { useMay } from "../../project/use-rights.ts";
import { text, useText } from "../../text/index.ts";
import { AgentIcon } from "../../ui/AgentIcon.tsx";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Dialog.tsx";
import { useFormat } from "../../ui/format.ts";
import { Item, Menu } from "../../ui/Menu.tsx";
import { say, sayFailed } from "../../ui/toasts.ts";
import { Badge, Reading, Section, Soft } from "../parts/Parts.tsx";
import { AddAgent } from "./AddAgent.tsx";
import styles from "./Agents.module.css";
import { EditPlace } from "./EditPlace.tsx";
import { tonesOfAgents } from "./tones.ts";

export function ProjectAgents() {
  const { agents } = useText();
  const query = useProjectAgents();
  const mayWrite = useMay("agents:write");
  const list = query.data;
  return (
    <Section title={agents.project.list} actions={mayWrite && <Buttons agents={list ?? []} />}>
      {list === undefined ? (
        <Reading query={query} />
      ) : list.length === 0 ? (
        <Soft>{agents.project.none}</Soft>
      ) : (
        <ul className={styles.list}>
          {list.map((agent) => (
            <Line key={agent.agentId} agent={agent} />
          ))}
        </ul>
      )}
    </Section>
  );
}

/** One switch for all agents, and the way to add one. */
function Buttons({ agents: list }: { agents: readonly ProjectAgent[] }) {
  const { project } = useText().agents;
  const [adding, setAdding] = useState(false);
  const pausing = useAgentsChange("agents", pauseAgents);
  const areAllPaused = list.every(({ paused }) => paused);
  return (
    <>
      {list.length > 1 && (
        <Button
          size="small"
          busy={pausing.isPending}
          onClick={() => pausing.mutate({ paused: !areAllPaused }, { onError: sayFailed })}
        >
          {areAllPaused ? <Play aria-hidden /> : <Pause aria-hidden />}
          {areAllPaused ? project.resumeAll : project.pauseAll}
        </Button>
      )}
      <Button size="small" onClick={() => setAdding(true)}>
        {project.add}
      </Button>
      <AddAgent here={list} open={adding} onClose={() => setAdding(false)} />
    </>
  );
}

function Line({ agent }: { agent: ProjectAgent }) {
  const { agents, around } = useText();
  const format = useFormat();
  const mayWrite = useMay("agents:write");
  const { name, slug, icon, color, role, mode, paused, status, budget } = agent;
  const { tokensPerDay, costPerDay } = budget;
  const facts = [
    `@${slug}`,
    around.projects.roles[role],
    agents.project.modeNames[mode],
    typeof tokensPerDay === "number" && `${agents.project.tokensPerDay}: ${format.count(tokensPerDay)}`,
    typeof costPerDay === "number" && `${agents.project.costPerDay}: ${format.money(costPerDay)}`,
  ].filter((fact) => typeof fact === "string");
  return (
    <li className={styles.line}>
      <AgentIcon icon={icon} color={color} isQuiet={paused} />
      <span className={styles.about}>
        <strong>{name}</strong>
        <span className={styles.facts}>{facts.join(" · ")}</span>
      </span>
      <Badge tone={paused ? "warn" : tonesOfAgents[status]}>
        {paused ? agents.project.paused : agents.status[status]}
      </Badge>
      {mayWrite && <Actions agent={agent} />}
    </li>
  );
}

function Actions({ agent }: { agent: ProjectAgent }) {
  const { project } = useText().agents;
  const { common } = useText();
  const [asking, setAsking] = useState<"edit" | "remove" | null>(null);
  const change = useAgentsChange("agents", changeAgent);
  const removal = useAgentsChange("agents", removeAgent, () => say(text().agents.project.removed(agent.name)));
  const close = () => setAsking(null);
  return (
    <>
      <Menu
        button={<IconButton size="small" label={project.actions(agent.name)} icon={<EllipsisVertical aria-hidden />} />}
      >
        <Item icon={<Settings2 aria-hidden />} onSelect={() => setAsking("edit")}>
          {project.edit}…
        </Item>
        <Item
          icon={agent.paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          onSelect={() => change.mutate({ agent, body: { paused: !agent.paused } }, { onError: sayFailed })}
        >
          {agent.paused ? project.resume : project.pause}
        </Item>
        <Item icon={<Trash2 aria-hidden />} danger onSelect={() => setAsking("remove")}>
          {common.remove}…
        </Item>
      </Menu>
      <EditPlace agent={agent} open={asking === "edit"} onClose={close} />
      <Confirm
        title={project.removeTitle}
        text={project.removeText(agent.name)}
        action={common.remove}
        open={asking === "remove"}
        busy={removal.isPending}
        onClose={close}
        onConfirm={() => removal.mutate(agent, { onError: sayFailed })}
      />
    </>
  );
}
