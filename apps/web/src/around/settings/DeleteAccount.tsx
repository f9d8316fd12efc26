import { useMutation } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";

import { api, data } from "../../api/client.ts";
import { end } from "../../session/session.ts";
import { useText } from "../../text/index.ts";
import { useSettingsText } from "../../text/settings.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkbox } from "../../ui/Checkbox.tsx";
import { say } from "../../ui/toasts.ts";
import { Form } from "../parts/Form.tsx";
import { Items, ListItem } from "../parts/Items.tsx";
import { Loaded } from "../parts/Loaded.tsx";
import { Password } from "../parts/Password.tsx";
import { Section } from "../parts/Section.tsx";
import { wrong } from "../parts/wrong.ts";
import { useProjects, type Project } from "../projects/queries.ts";
import styles from "./Settings.module.css";

/** Whoever owns projects is shown what to do with them first. */
export function DeleteAccount() {
  const { deletion } = useSettingsText();
  const owned = useProjects("mine", "");
  return (
    <Section danger text={deletion.text}>
      <ul className={styles.points}>
        {deletion.points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <Loaded query={owned}>
        {(projects) => (projects.length > 0 ? <Owned projects={projects} /> : <Deletion />)}
      </Loaded>
    </Section>
  );
}

function Owned({ projects }: { projects: readonly Project[] }) {
  const { deletion } = useSettingsText();
  return (
    <>
      <p>{deletion.owned}</p>
      <Items label={deletion.ownedLabel}>
        {projects.map(({ id, name }) => (
          <ListItem key={id} title={name}>
            <Link href={`/projects/${id}`} aria-label={deletion.openLabel(name)}>
              {deletion.open}
            </Link>
          </ListItem>
        ))}
      </Items>
    </>
  );
}

function Deletion() {
  const { account } = useText().around;
  const settings = useSettingsText();
  const { deletion } = settings;
  const [, go] = useLocation();
  const removal = useMutation({
    mutationFn: (password: string) => data(api.DELETE("/api/v1/users/me", { body: { password } })),
    onSuccess: () => {
      go("/", { replace: true });
      end();
      say(deletion.done);
    },
  });
  return (
    <Form
      error={removal.error}
      fields={["password"]}
      onSubmit={(values) => {
        removal.mutate(values("password"));
      }}
      actions={
        <Button type="submit" look="danger" busy={removal.isPending}>
          {deletion.submit}
        </Button>
      }
    >
      <Password
        label={account.password}
        name="password"
        autoComplete="current-password"
        error={wrong(removal.error, "password")}
      />
      <Checkbox label={deletion.sure} required />
    </Form>
  );
}
