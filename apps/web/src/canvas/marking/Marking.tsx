import { useState, type CSSProperties } from "react";

import { useGraph } from "../../project/project.ts";
import { useCanvas } from "../../project/ui-state.ts";
import type { NodeView } from "../../sync/index.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkbox } from "../../ui/Checkbox.tsx";
import { Input } from "../../ui/Field.tsx";
import { useActions } from "../actions-context.ts";
import styles from "./Marking.module.css";
import { tagsIn } from "./tags.ts";

/** As the server takes them. */
const TAG_LETTERS_MAX = 50;

/** The colour and the tags of what is selected; each choice counts at once, and is one to undo. */
export function Marking() {
  const { nodes } = useGraph();
  const selection = useCanvas((ui) => ui.selection);
  const chosen = [...selection].flatMap((id) => nodes.get(id) ?? []);
  return (
    <>
      <Colours chosen={chosen} />
      <TagChoices chosen={chosen} known={tagsIn(nodes)} />
    </>
  );
}

function Colours({ chosen }: { chosen: readonly NodeView[] }) {
  const { hands } = useText();
  const actions = useActions();
  const paint = (color: string | null) => actions.change(chosen, () => ({ color }));
  const isAll = (color: string | null) =>
    chosen.every((node) => (node.color ?? null)?.toUpperCase() === (color ?? undefined));
  return (
    <fieldset className={styles.colours}>
      <legend>{hands.colour}</legend>
      {Object.entries(hands.colours).map(([color, name]) => (
        <button
          key={color}
          type="button"
          className={styles.colour}
          style={{ "--tint": color } as CSSProperties}
          aria-label={name}
          aria-pressed={isAll(color)}
          title={name}
          onClick={() => paint(color)}
        />
      ))}
      <Button size="small" onClick={() => paint(null)}>
        {hands.noColour}
      </Button>
    </fieldset>
  );
}

function TagChoices({ chosen, known }: { chosen: readonly NodeView[]; known: readonly string[] }) {
  const { hands } = useText();
  const actions = useActions();
  const [typed, setTyped] = useState("");
  const wanted = typed.trim();
  const set = (tag: string, isOn: boolean) =>
    actions.change(chosen, ({ tags = [] }) => {
      const others = tags.filter((each) => each !== tag);
      return { tags: isOn ? [...others, tag] : others };
    });
  const add = () => {
    if (wanted === "") return;
    set(wanted, true);
    setTyped("");
  };
  return (
    <fieldset className={styles.tags}>
      <legend>{hands.tags}</legend>
      {known.length === 0 && <p className={styles.none}>{hands.noTags}</p>}
      {known.map((tag) => (
        <Checkbox
          key={tag}
          label={tag}
          checked={chosen.every(({ tags = [] }) => tags.includes(tag))}
          onChange={({ target }) => set(tag, target.checked)}
        />
      ))}
      <form
        className={styles.add}
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <Input
          label={hands.newTag}
          value={typed}
          maxLength={TAG_LETTERS_MAX}
          autoComplete="off"
          onChange={({ target }) => setTyped(target.value)}
        />
        <Button type="submit" disabled={wanted === ""}>
          {hands.addTag}
        </Button>
      </form>
    </fieldset>
  );
}
