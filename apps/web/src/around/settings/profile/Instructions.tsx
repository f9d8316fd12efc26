import type { Schemas } from "../../../api/client.ts";
import { useUser } from "../../../session/use-session.ts";
import { useText } from "../../../text/index.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Input, TextArea } from "../../../ui/Field.tsx";
import { Form, type Values } from "../../parts/Form.tsx";
import { Section } from "../../parts/Section.tsx";
import { wrong } from "../../parts/wrong.ts";
import styles from "../Settings.module.css";
import { orNull, useUserChange } from "../user.ts";

const TEXTS = ["about", "behavior", "commands"] as const;
const WORDS = ["tone", "conciseness", "titlesAndLists", "warmth", "enthusiasm", "formality", "emojis"] as const;
const FIELDS = [...TEXTS, ...WORDS];

/** What a person tells every model they ask. */
export function Instructions() {
  const { common } = useText();
  const { instructions: words } = useSettingsText();
  const { instructions } = useUser();
  const change = useUserChange();
  const { error } = change;
  return (
    <Form
      error={error}
      fields={FIELDS.map((field) => `instructions/${field}`)}
      onSubmit={(values) => {
        change.mutate({ instructions: { ...instructions, ...entered(values) } });
      }}
      actions={
        <Button type="submit" look="primary" busy={change.isPending}>
          {common.save}
        </Button>
      }
    >
      <Section text={words.text}>
        {TEXTS.map((field) => (
          <TextArea
            key={field}
            label={words[field]}
            hint={field === "behavior" ? undefined : words[`${field}Hint`]}
            name={field}
            defaultValue={instructions[field] ?? ""}
            maxLength={4000}
            error={wrong(error, `instructions/${field}`)}
          />
        ))}
      </Section>
      <Section title={words.style} text={words.styleText}>
        <div className={styles.pair}>
          {WORDS.map((field) => (
            <Input
              key={field}
              label={words.words[field]}
              placeholder={words.examples[field]}
              name={field}
              defaultValue={instructions[field] ?? ""}
              maxLength={100}
              autoComplete="off"
              error={wrong(error, `instructions/${field}`)}
            />
          ))}
        </div>
      </Section>
    </Form>
  );
}

function entered(values: Values): Partial<Schemas["Instructions"]> {
  return Object.fromEntries(FIELDS.map((field) => [field, orNull(values(field))]));
}
