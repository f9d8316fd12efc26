import { FlaskConical } from "lucide-react";
import { Link, useLocation, useParams } from "wouter";

import { AGENTS_TAB } from "../../project/agents/asking.ts";
import { TAB_PARAMETER } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Inside } from "../frame/Inside.tsx";
import { NotFound } from "../NotFound.tsx";
import { Loaded } from "../parts/Loaded.tsx";
import styles from "../settings/Settings.module.css";
import own from "./Agents.module.css";
import { BackToProject } from "./BackToProject.tsx";
import { EditAgent } from "./EditAgent.tsx";
import { useAgent, type Agent } from "./queries.ts";
import { Statistics } from "./Statistics.tsx";
import { useTrial } from "./trial.ts";
import { Versions } from "./Versions.tsx";

const PARTS = { edit: EditAgent, versions: Versions, statistics: Statistics };
type PartName = keyof typeof PARTS;
const NAMES = Object.keys(PARTS) as PartName[];

const isPart = (name: string): name is PartName => name in PARTS;

/** One agent: what it is, what it was told before, and what it has done. */
export default function AgentPage() {
  const { agents } = useText();
  const { id = "", part = "edit" } = useParams();
  const query = useAgent(id);
  if (!isPart(part)) return <NotFound />;
  return (
    <Inside
      title={query.data?.name ?? agents.title}
      aside={<Places id={id} current={part} />}
      actions={query.data !== undefined && <Try agent={query.data} />}
    >
      <BackToProject />
      <Loaded query={query}>{(agent) => <Shown agent={agent} part={part} />}</Loaded>
    </Inside>
  );
}

function Shown({ agent, part }: { agent: Agent; part: PartName }) {
  const Part = PARTS[part];
  return <Part agent={agent} />;
}

/** Goes to a project where nothing else is, with the agent ready to be told what should happen. */
function Try({ agent }: { agent: Agent }) {
  const { trial } = useText().agents;
  const [, go] = useLocation();
  const trying = useTrial((project) => go(`/projects/${project}?${TAB_PARAMETER}=${AGENTS_TAB}`));
  return (
    <Button busy={trying.isPending} disabled={!agent.isActive} onClick={() => trying.mutate(agent)}>
      <FlaskConical aria-hidden />
      {trial.button}
    </Button>
  );
}

function Places({ id, current }: { id: string; current: PartName }) {
  const { agents } = useText();
  return (
    <nav className={styles.places} aria-label={agents.title}>
      <Link href="/agents" className={own.all}>
        ← {agents.all}
      </Link>
      {NAMES.map((name) => (
        <Link
          key={name}
          href={name === "edit" ? `/agents/${id}` : `/agents/${id}/${name}`}
          aria-current={name === current ? "page" : undefined}
        >
          {agents.parts[name]}
        </Link>
      ))}
    </nav>
  );
}
