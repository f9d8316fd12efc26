import { Pin, SlidersHorizontal } from "lucide-react";
import { useEffect, useRef, useState, type SubmitEvent } from "react";

import { isAsked, isFrame } from "../../project/kinds.ts";
import type { NodeView } from "../../project/project.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Input, Select, TextArea } from "../../ui/Field.tsx";
import { useModels } from "../data/queries.ts";
import { useOp } from "../data/use-op.ts";
import { Actions, Refused, Section, Soft } from "../parts/Parts.tsx";
import { PresetOptions } from "../parts/PresetOptions.tsx";
import styles from "./Answer.module.css";
import { changesOf, typedOf, type Typed } from "./branch.ts";

/** What a node says about its place in the contexts of others, and to the branch below it. */
export function NodeSettings({ node }: { node: NodeView }) {
  const { panel } = useText();
  const words = panel.branch;
  const { submit, busy, refusal } = useOp();
  const [isOpen, setOpen] = useState(false);
  const { id, pinned } = node;
  return (
    <div>
      <div className={styles.settings}>
        {!isFrame(node) && (
          <Button
            size="small"
            look={pinned ? "primary" : "plain"}
            aria-pressed={pinned}
            disabled={busy}
            accessibleWhenDisabled
            onClick={() => void submit("node.update", { id, pinned: !pinned })}
          >
            <Pin aria-hidden />
            {pinned ? panel.answer.unpin : panel.answer.pin}
          </Button>
        )}
        <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <SlidersHorizontal aria-hidden />
          {isFrame(node) ? words.ofFrame : words.open}
        </Button>
      </div>
      <Refused refusal={refusal} />
      {isOpen && <Branch node={node} onDone={() => setOpen(false)} />}
    </div>
  );
}

/** What holds for this node and all below it. */
function Branch({ node, onDone }: { node: NodeView; onDone: () => void }) {
  const words = useText().panel.branch;
  return (
    <Section title={isFrame(node) ? words.ofFrame : words.title}>
      <BranchFields node={node} onDone={onDone} />
    </Section>
  );
}

/** The same as fields alone, wherever they are shown. */
export function BranchFields({ node, onDone }: { node: NodeView; onDone: () => void }) {
  const { panel, common } = useText();
  const words = panel.branch;
  const models = useModels().data ?? [];
  const { submit, busy, refusal } = useOp();
  const [before] = useState(() => typedOf(node));
  const [typed, setTyped] = useState(before);
  const field = (name: keyof Typed) => ({
    value: typed[name],
    onChange: ({ target }: { target: { value: string } }) => setTyped({ ...typed, [name]: target.value }),
  });
  const form = useRef<HTMLFormElement>(null);
  // What is typed next is meant for the name, and must not act as commands.
  useEffect(() => {
    const first = form.current?.querySelector("input");
    first?.focus();
    first?.select();
  }, []);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const changes = changesOf(before, typed);
    if (Object.keys(changes).length === 0 || (await submit("node.update", { id: node.id, ...changes }))) onDone();
  };
  return (
    <>
      {!isFrame(node) && <Soft>{words.explain}</Soft>}
      <form ref={form} className={styles.branch} onSubmit={(event) => void save(event)}>
        <Input label={words.name} maxLength={200} {...field("title")} />
        {!isFrame(node) && (
          <>
            <Select label={panel.answer.model} {...field("model")}>
              <option value="">{words.inherited}</option>
              {models.map(({ id }) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
            </Select>
            <Select label={panel.answer.preset} {...field("presetId")}>
              <option value="">{words.inherited}</option>
              <PresetOptions chosen={typed.presetId === "" ? null : typed.presetId} />
            </Select>
            <div className={styles.numbers}>
              <Input label={panel.ask.temperature} type="number" min={0} max={2} step={0.1} {...field("temperature")} />
              <Input label={words.topP} type="number" min={0} max={1} step={0.05} {...field("topP")} />
              <Input label={panel.ask.maxTokens} type="number" min={1} step={1} {...field("maxTokens")} />
            </div>
            {isAsked(node) && (
              <>
                <TextArea label={words.about} rows={2} maxLength={4000} {...field("about")} />
                <TextArea label={words.behavior} rows={2} maxLength={4000} {...field("behavior")} />
                <TextArea label={words.commands} rows={2} maxLength={4000} {...field("commands")} />
              </>
            )}
          </>
        )}
        <Refused refusal={refusal} />
        <Actions>
          <Button type="submit" look="primary" busy={busy}>
            {common.save}
          </Button>
          <Button onClick={onDone}>{common.cancel}</Button>
        </Actions>
      </form>
    </>
  );
}
