import { Bot, ChevronDown, Layers, SlidersHorizontal, Sparkles, Square } from "lucide-react";
import { useState } from "react";

import { useAskAgent, useMentioned } from "../../project/agents/asking.ts";
import { useGraph, type NodeView } from "../../project/project.ts";
import type { GenerationText, Ops } from "../../sync/index.ts";
import { useText } from "../../text/index.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Item, Menu, Separator } from "../../ui/Menu.tsx";
import { useModels } from "../data/queries.ts";
import { useOp } from "../data/use-op.ts";
import { Actions, Refused } from "../parts/Parts.tsx";
import styles from "./Answer.module.css";
import { ModelLine } from "./ModelLine.tsx";
import { NO_OPTIONS, Options, settings, wrongIn, type Chosen } from "./Options.tsx";
import { soonComponent } from "../../ui/late.ts";

const AskSeveral = soonComponent(async () => (await import("./AskSeveral.tsx")).AskSeveral);

interface Props {
  node: NodeView;
  writing: GenerationText | undefined;
}

/** Asks a model, and takes it back. */
export function Ask({ node, writing }: Props) {
  const { panel } = useText();
  const { submit, busy, refusal } = useOp();
  const [options, setOptions] = useState(NO_OPTIONS);
  const [isOpen, setOpen] = useState(false);
  const isAsked = node.status === "GENERATING";
  const start = (more: Partial<Ops["generation.start"]> = {}) => {
    // Who asks again what is answered wants another answer; what is out of date may find the same one.
    const force = node.status === "COMPLETED" && node.generationId !== null;
    void submit("generation.start", { nodeId: node.id, ...settings(options), ...(force && { force }), ...more });
  };
  const cancel = () =>
    void submit("generation.cancel", { nodeId: node.id, ...(writing && { generation: writing.generation }) });
  return (
    <div className={styles.ask}>
      <Actions>
        {isAsked ? (
          <Button busy={busy && writing === undefined} onClick={cancel}>
            <Square aria-hidden />
            {panel.ask.cancel}
          </Button>
        ) : (
          <AskButtons node={node} options={options} busy={busy} onAsk={start} />
        )}
        <IconButton
          label={panel.ask.options}
          aria-expanded={isOpen}
          look={isOpen ? "plain" : "quiet"}
          icon={<SlidersHorizontal aria-hidden />}
          onClick={() => setOpen(!isOpen)}
        />
      </Actions>
      {isOpen && <Options value={options} onChange={setOptions} />}
      <Refused refusal={refusal} />
    </div>
  );
}

interface ButtonsProps {
  node: NodeView;
  options: Chosen;
  busy: boolean;
  onAsk: (more?: Partial<Ops["generation.start"]>) => void;
}

function AskButtons({ node, options, busy, onAsk }: ButtonsProps) {
  const { panel, agents } = useText();
  const { project } = useGraph();
  const agent = useMentioned(node.prompt);
  const askAgent = useAskAgent();
  const models = useModels().data ?? [];
  const [several, setSeveral] = useState(false);
  const { temperature, maxTokens } = wrongIn(options);
  const disabled = node.prompt.trim() === "" || temperature || maxTokens;
  return (
    <>
      {agent !== undefined ? (
        <Button look="primary" onClick={() => askAgent(node)}>
          <Bot aria-hidden />
          {agents.mention.ask(agent.name)}
        </Button>
      ) : (
        <Button look="primary" busy={busy} disabled={disabled} onClick={() => onAsk()}>
          <Sparkles aria-hidden />
          {node.response === null ? panel.ask.generate : panel.ask.again}
        </Button>
      )}
      <Menu
        button={
          <IconButton
            label={panel.ask.other}
            look="plain"
            disabled={disabled || busy}
            icon={<ChevronDown aria-hidden />}
          />
        }
      >
        {models.map((model) => (
          <Item
            key={model.id}
            onSelect={() => onAsk({ model: model.id, ...(node.response !== null && { force: true }) })}
          >
            <ModelLine model={model} isProjects={model.id === project.model} />
          </Item>
        ))}
        <Separator />
        <Item icon={<Layers aria-hidden />} onSelect={() => setSeveral(true)}>
          {panel.ask.several}
        </Item>
      </Menu>
      <AskSeveral node={node.id} options={options} open={several} onClose={() => setSeveral(false)} />
    </>
  );
}
