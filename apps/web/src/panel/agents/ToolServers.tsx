import { useId, useState } from "react";

import { forgetToolToken, giveToolToken, type TokenOf } from "../../project/agents/changes.ts";
import { useAgentsChange, useToolServers, type ToolServer } from "../../project/agents/queries.ts";
import { useMay } from "../../project/use-rights.ts";
import { text, useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkbox } from "../../ui/Checkbox.tsx";
import { Input } from "../../ui/Field.tsx";
import { say } from "../../ui/toasts.ts";
import { Failed } from "../parts/Parts.tsx";
import styles from "./Agents.module.css";

interface Props {
  /** The names of those that the agent may use. */
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}

/** The servers outside whose tools an agent may use, if the operator lists any. */
export function ToolServers({ chosen, onChange }: Props) {
  const { outside } = useText().agents;
  const servers = useToolServers().data ?? [];
  if (servers.length === 0) return null;
  return (
    <fieldset className={styles.servers}>
      <legend>{outside.title}</legend>
      {servers.map((server) => {
        const isChosen = chosen.includes(server.name);
        return (
          <div key={server.name}>
            <Checkbox
              label={server.description === "" ? server.name : `${server.name}: ${server.description}`}
              checked={isChosen}
              onChange={() =>
                onChange(isChosen ? chosen.filter((name) => name !== server.name) : [...chosen, server.name])
              }
            />
            {isChosen && server.needsCredential && <Tokens server={server} />}
          </div>
        );
      })}
    </fieldset>
  );
}

/** Whose tokens there are for a server, and a field for another. */
function Tokens({ server }: { server: ToolServer }) {
  const { outside } = useText().agents;
  const mayShare = useMay("provider-credentials:write");
  const [token, setToken] = useState("");
  const id = useId();
  const giving = useAgentsChange("servers", giveToolToken, () => {
    setToken("");
    say(text().agents.outside.given);
  });
  const forgetting = useAgentsChange("servers", forgetToolToken, () => say(text().agents.outside.forgotten));
  const give = (of: TokenOf) => giving.mutate({ server: server.name, of, token });
  const forget = (of: TokenOf) => forgetting.mutate({ server: server.name, of });
  const { ownCredential, projectCredential } = server;
  return (
    <div className={styles.tokens}>
      <p id={id}>{outside.state(ownCredential, projectCredential === true)}</p>
      <Input
        label={outside.token(server.name)}
        hint={outside.hint}
        type="password"
        autoComplete="off"
        value={token}
        onChange={({ target }) => setToken(target.value)}
      />
      <div className={styles.tokenActions}>
        <Button size="small" disabled={token === ""} busy={giving.isPending} onClick={() => give("person")}>
          {outside.forMe}
        </Button>
        {mayShare && (
          <Button size="small" disabled={token === ""} busy={giving.isPending} onClick={() => give("project")}>
            {outside.forProject}
          </Button>
        )}
        {ownCredential && (
          <Button size="small" aria-describedby={id} onClick={() => forget("person")}>
            {outside.forgetMine}
          </Button>
        )}
        {projectCredential === true && mayShare && (
          <Button size="small" aria-describedby={id} onClick={() => forget("project")}>
            {outside.forgetProject}
          </Button>
        )}
      </div>
      <Failed error={giving.error ?? forgetting.error} />
    </div>
  );
}
