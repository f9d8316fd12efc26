import { useMutation } from "@tanstack/react-query";
import { GitMerge } from "lucide-react";
import { useState } from "react";

import { api, data } from "../../api/client.ts";
import { useHistory } from "../../project/history-context.ts";
import { useProject } from "../../project/project.ts";
import { FIRST_TAB, useCanvasStore } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { TextArea } from "../../ui/Field.tsx";
import { say } from "../../ui/toasts.ts";
import { Actions, Failed, Section, Soft } from "../parts/Parts.tsx";

/** Several ways come together in a new node. */
export function Merge({ nodes }: { nodes: readonly string[] }) {
  const { panel } = useText();
  const { project } = useProject();
  const ui = useCanvasStore();
  const history = useHistory();
  const [prompt, setPrompt] = useState("");
  const merge = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/projects/{project_id}/merge", {
          params: { path: { project_id: project } },
          body: { nodeIds: [...nodes], ...(prompt.trim() !== "" && { prompt }) },
        }),
      ),
    onSuccess: ({ id }) => {
      history.made([id]);
      const made = new Set([id]);
      ui.setState({ selection: made, showing: made, panel: FIRST_TAB, comparing: null, open: null });
      say(panel.compare.merged);
    },
  });
  return (
    <Section title={panel.compare.merge}>
      <Soft>{panel.compare.mergeText(nodes.length)}</Soft>
      <TextArea
        label={panel.compare.mergePrompt}
        hint={panel.compare.mergeHint}
        rows={3}
        value={prompt}
        onChange={({ target }) => setPrompt(target.value)}
      />
      <Failed error={merge.error} />
      <Actions>
        <Button look="primary" busy={merge.isPending} onClick={() => merge.mutate()}>
          <GitMerge aria-hidden />
          {panel.compare.merge}
        </Button>
      </Actions>
    </Section>
  );
}
