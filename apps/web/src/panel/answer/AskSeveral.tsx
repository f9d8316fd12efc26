import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { api, data } from "../../api/client.ts";
import { useHistory } from "../../project/history-context.ts";
import { useProject } from "../../project/project.ts";
import { useCanvasStore } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { say } from "../../ui/toasts.ts";
import { useModels } from "../data/queries.ts";
import { Actions, Failed, Soft } from "../parts/Parts.tsx";
import styles from "./Answer.module.css";
import { ModelLine } from "./ModelLine.tsx";
import { settings, type Chosen } from "./Options.tsx";

const SIBLINGS_MAX = 10;

interface Props {
  node: string;
  options: Chosen;
  open: boolean;
  onClose: () => void;
}

/** The same question to several models, each in a node beside this one. */
export function AskSeveral({ open, onClose, ...props }: Props) {
  const { panel } = useText();
  return (
    <Dialog title={panel.several.title} open={open} onClose={onClose}>
      <Form {...props} onClose={onClose} />
    </Dialog>
  );
}

function Form({ node, options, onClose }: Omit<Props, "open">) {
  const { common, panel } = useText();
  const { project } = useProject();
  const ui = useCanvasStore();
  const history = useHistory();
  const models = useModels().data ?? [];
  const [counts, setCounts] = useState<ReadonlyMap<string, number>>(new Map());
  const wanted = models.flatMap(({ id }) => Array<string>(counts.get(id) ?? 0).fill(id));
  const { temperature, maxTokens } = settings(options);
  const ask = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/projects/{project_id}/nodes/{node_id}/siblings", {
          params: { path: { project_id: project, node_id: node } },
          body: {
            models: wanted,
            ...(temperature !== undefined && { temperature }),
            ...(maxTokens !== undefined && { maxTokens }),
          },
        }),
      ),
    onSuccess: ({ nodes }) => {
      history.made(nodes.map(({ id }) => id));
      const made = new Set(nodes.map(({ id }) => id));
      ui.setState({ selection: made, showing: made });
      say(panel.several.started(nodes.length));
      onClose();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate();
      }}
    >
      <p>{panel.several.text}</p>
      <ul className={styles.counts}>
        {models.map((model) => (
          <li key={model.id}>
            <ModelLine model={model} />
            <input
              type="number"
              min={0}
              max={SIBLINGS_MAX}
              aria-label={panel.several.count(model.id)}
              value={counts.get(model.id) ?? 0}
              onFocus={({ target }) => target.select()}
              onChange={({ target }) => setCounts(new Map(counts).set(model.id, within(target.valueAsNumber)))}
            />
          </li>
        ))}
      </ul>
      <Soft>{panel.several.chosen(wanted.length, SIBLINGS_MAX)}</Soft>
      <Failed error={ask.error} />
      <Actions>
        <Button
          type="submit"
          look="primary"
          busy={ask.isPending}
          disabled={wanted.length === 0 || wanted.length > SIBLINGS_MAX}
        >
          {panel.several.ask(wanted.length)}
        </Button>
        <Button onClick={onClose}>{common.cancel}</Button>
      </Actions>
    </form>
  );
}

/** Number fields hand on what is typed, whatever their limits are. */
function within(count: number): number {
  return Number.isFinite(count) ? Math.min(Math.max(0, Math.trunc(count)), SIBLINGS_MAX) : 0;
}
