import { useState } from "react";

import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Input, Select } from "../../ui/Field.tsx";
import { say } from "../../ui/toasts.ts";
import { Form } from "../parts/Form.tsx";
import { wrong } from "../parts/wrong.ts";
import { Part } from "./Part.tsx";
import { invite, useSharingChange } from "./queries.ts";
import { GIVEN, isGiven, type Given } from "./roles.ts";
import styles from "./Sharing.module.css";

export function Invite({ project }: { project: string }) {
  const { around } = useText();
  const { sharing } = around;
  const [role, setRole] = useState<Given>("EDITOR");
  const [email, setEmail] = useState("");
  const inviting = useSharingChange(
    project,
    invite(project),
    (invited) => {
      setEmail("");
      say(typeof invited.link === "string" ? sharing.invitedHere(invited.email) : sharing.invited(invited.email));
    },
    () => undefined,
  );
  return (
    <Part title={sharing.invite}>
      <Form
        error={inviting.error}
        fields={["email", "role"]}
        onSubmit={() => {
          inviting.mutate({ email, role });
        }}
        actions={
          <Button type="submit" look="primary" busy={inviting.isPending}>
            {sharing.submit}
          </Button>
        }
      >
        <div className={styles.who}>
          <Input
            label={sharing.email}
            type="email"
            value={email}
            required
            autoFocus
            autoComplete="off"
            error={wrong(inviting.error, "email")}
            onChange={(event) => {
              setEmail(event.target.value);
            }}
          />
          <Select
            label={sharing.role}
            value={role}
            error={wrong(inviting.error, "role")}
            onChange={(event) => {
              if (isGiven(event.target.value)) setRole(event.target.value);
            }}
          >
            <RoleOptions />
          </Select>
        </div>
        <p className={styles.soft} aria-live="polite">
          {around.frame.of(around.projects.roles[role], sharing.roleHints[role])}
        </p>
      </Form>
    </Part>
  );
}

export function RoleOptions() {
  const { roles } = useText().around.projects;
  return GIVEN.map((role) => (
    <option key={role} value={role}>
      {roles[role]}
    </option>
  ));
}
