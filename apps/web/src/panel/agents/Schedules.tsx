import { EllipsisVertical, Pause, Play, Trash2 } from "lucide-react";
import { useState } from "react";

import { deleteSchedule, pauseSchedule } from "../../project/agents/changes.ts";
import {
  useAgentsChange,
  useProjectAgents,
  useSchedules,
  type ProjectAgent,
  type Schedule,
} from "../../project/agents/queries.ts";
import { useGraph } from "../../project/project.ts";
import { useMay } from "../../project/use-rights.ts";
import { useText } from "../../text/index.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Confirm, Dialog } from "../../ui/Dialog.tsx";
import { useFormat, type Format } from "../../ui/format.ts";
import { Item, Menu } from "../../ui/Menu.tsx";
import { sayFailed } from "../../ui/toasts.ts";
import type { Text } from "../../text/index.ts";
import { Badge, Reading, Section, Soft } from "../parts/Parts.tsx";
import styles from "./Agents.module.css";
import { MakeSchedule } from "./MakeSchedule.tsx";
import { dailyTime } from "./shape.ts";
import { whyNot } from "./why-not.ts";

/** When agents begin tasks by themselves. */
export function Schedules({ selected }: { selected: readonly string[] }) {
  const { schedules } = useText().agents;
  const query = useSchedules();
  const agents = useProjectAgents().data ?? [];
  const mayRun = useMay("runs:run");
  const [making, setMaking] = useState(false);
  const make = mayRun && agents.length > 0 && (
    <Button size="small" onClick={() => setMaking(true)}>
      {schedules.add}
    </Button>
  );
  return (
    <Section title={schedules.title} actions={make}>
      {query.data === undefined ? (
        <Reading query={query} />
      ) : query.data.length === 0 ? (
        <Soft>{schedules.none}</Soft>
      ) : (
        <ul className={styles.list}>
          {query.data.map((schedule) => (
            <Line key={schedule.id} schedule={schedule} agents={agents} />
          ))}
        </ul>
      )}
      <Dialog title={schedules.add} open={making} onClose={() => setMaking(false)}>
        <MakeSchedule agents={agents} selected={selected} onClose={() => setMaking(false)} />
      </Dialog>
    </Section>
  );
}

function Line({ schedule, agents: list }: { schedule: Schedule; agents: readonly ProjectAgent[] }) {
  const { schedules, project } = useText().agents;
  const format = useFormat();
  const mayRun = useMay("runs:run");
  const { name, agentId, paused, lastError } = schedule;
  const agent = list.find((each) => each.agentId === agentId)?.name;
  return (
    <li className={styles.line}>
      <span className={styles.about}>
        <strong>{name}</strong>
        <span className={styles.facts}>
          {[agent, when(schedule, schedules), next(schedule, schedules, format)].filter(Boolean).join(" · ")}
        </span>
        {lastError !== null && <NotBegun schedule={schedule} lastError={lastError} agent={agent} />}
      </span>
      {paused && <Badge tone="warn">{project.paused}</Badge>}
      {mayRun && <Actions schedule={schedule} />}
    </li>
  );
}

/** What is wrong, and what to do about it. */
function NotBegun({
  schedule,
  lastError,
  agent,
}: {
  schedule: Schedule;
  lastError: string;
  agent?: string | undefined;
}) {
  const { agents, panel } = useText();
  const { schedules } = agents;
  const member = useGraph().members.get(schedule.createdBy);
  const starter = member?.name ?? panel.changeSets.somebody;
  const why = whyNot(lastError, member !== undefined);
  const says = why === null ? lastError : schedules.whyNot[why]({ starter, agent: agent ?? schedules.agent });
  return <span className={styles.wrong}>{schedules.lastError(says)}</span>;
}

type Words = Text["agents"]["schedules"];

function when({ kind, cron, event, timezone }: Schedule, words: Words): string {
  switch (kind) {
    case "ONCE":
      return words.whens.once;
    case "EVENT":
      return event === null ? words.whens.event : words.events[event];
    case "CRON": {
      const time = dailyTime(cron);
      return time === null ? `${cron ?? ""} (${timezone})` : `${words.whens.daily} ${time} (${timezone})`;
    }
  }
}

function next({ kind, paused, nextRunAt }: Schedule, words: Words, format: Format): string | null {
  if (paused || kind === "EVENT") return null;
  return nextRunAt === null ? words.over : words.next(format.time(nextRunAt));
}

function Actions({ schedule }: { schedule: Schedule }) {
  const { agents, common } = useText();
  const { schedules, project } = agents;
  const [asking, setAsking] = useState(false);
  const pausing = useAgentsChange("schedules", pauseSchedule);
  const removal = useAgentsChange("schedules", deleteSchedule);
  return (
    <>
      <Menu
        button={
          <IconButton size="small" label={schedules.actions(schedule.name)} icon={<EllipsisVertical aria-hidden />} />
        }
      >
        <Item
          icon={schedule.paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          onSelect={() => pausing.mutate(schedule, { onError: sayFailed })}
        >
          {schedule.paused ? project.resume : project.pause}
        </Item>
        <Item icon={<Trash2 aria-hidden />} danger onSelect={() => setAsking(true)}>
          {common.delete}…
        </Item>
      </Menu>
      <Confirm
        title={schedules.deleteTitle}
        text={schedules.deleteText(schedule.name)}
        action={common.delete}
        open={asking}
        busy={removal.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => removal.mutate(schedule, { onError: sayFailed })}
      />
    </>
  );
}
