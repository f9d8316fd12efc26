import { Plus } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";

import { useText } from "../../text/index.ts";
import { AgentIcon } from "../../ui/AgentIcon.tsx";
import { Button } from "../../ui/Button.tsx";
import { Inside } from "../frame/Inside.tsx";
import { Items, ListItem, Tag } from "../parts/Items.tsx";
import { Loaded } from "../parts/Loaded.tsx";
import { Nothing } from "../parts/Nothing.tsx";
import { Section } from "../parts/Section.tsx";
import { BackToProject } from "./BackToProject.tsx";
import { MakeAgent } from "./MakeAgent.tsx";
import { useAgents, type Agent } from "./queries.ts";

/** The agents of whoever is logged in. */
export default function Agents() {
  const { agents } = useText();
  const [making, setMaking] = useState(false);
  const query = useAgents();
  return (
    <Inside
      title={agents.title}
      actions={
        <Button look="primary" onClick={() => setMaking(true)}>
          <Plus aria-hidden />
          {agents.create}
        </Button>
      }
    >
      <BackToProject />
      <Section title={agents.own} text={agents.ownText}>
        <Loaded query={query}>{(items) => <List agents={items} />}</Loaded>
      </Section>
      <MakeAgent open={making} onClose={() => setMaking(false)} />
    </Inside>
  );
}

function List({ agents: list }: { agents: readonly Agent[] }) {
  const { agents } = useText();
  if (list.length === 0) return <Nothing title={agents.none} text={agents.noneText} />;
  return (
    <Items label={agents.own}>
      {list.map((agent) => (
        <Line key={agent.id} agent={agent} />
      ))}
    </Items>
  );
}

function Line({ agent: { id, name, slug, icon, color, description, type, status, isActive } }: { agent: Agent }) {
  const { agents } = useText();
  const about = description ?? agents.types[type]?.[1] ?? null;
  return (
    <ListItem
      icon={<AgentIcon icon={icon} color={color} isQuiet={!isActive} />}
      title={
        <>
          <Link href={`/agents/${id}`}>{name}</Link>
          <Tag>{isActive ? agents.status[status] : agents.inactive}</Tag>
        </>
      }
      facts={[`@${slug}`, agents.types[type]?.[0] ?? type, about]}
    />
  );
}
