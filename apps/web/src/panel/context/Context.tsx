import { useState } from "react";

import { useNode, useProjectState, type NodeView } from "../../project/project.ts";
import { useMay } from "../../project/use-rights.ts";
import { useText } from "../../text/index.ts";
import { Select } from "../../ui/Field.tsx";
import { Segments } from "../../ui/Segments.tsx";
import { DefaultOption } from "../answer/Options.tsx";
import { Reasons } from "../answer/Notices.tsx";
import { useFormat } from "../data/format.ts";
import { useAttempt, useContextPreview, useModels, type Context as Preview } from "../data/queries.ts";
import { Facts, Notice, Reading, Soft } from "../parts/Parts.tsx";
import { ManifestView } from "./ManifestView.tsx";
import { Messages } from "./Messages.tsx";

/** What a model is sent when this node is asked, and what it was sent for the answer that is there. */
export function Context({ id }: { id: string }) {
  const node = useNode(id);
  const seesCosts = useMay("costs:read");
  const { panel } = useText();
  const [which, setWhich] = useState<"now" | "sent">("now");
  if (node === undefined) return null;
  if (!seesCosts) return <Soft>{panel.forEditors}</Soft>;
  if (node.generationId === null) return <Now node={node} />;
  return (
    <>
      <Segments
        label={panel.context.which}
        value={which}
        options={[
          ["now", panel.context.now],
          ["sent", panel.context.sent],
        ]}
        onChange={setWhich}
      />
      {which === "now" ? <Now node={node} /> : <Sent node={node} generation={node.generationId} />}
    </>
  );
}

function Now({ node }: { node: NodeView }) {
  const { panel } = useText();
  const [model, setModel] = useState("");
  const { pending } = useProjectState();
  const models = useModels().data ?? [];
  const preview = useContextPreview(node.id, model === "" ? {} : { model });
  return (
    <>
      <Select label={panel.context.model} value={model} onChange={({ target }) => setModel(target.value)}>
        <DefaultOption models={models} />
        {models.map(({ id }) => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </Select>
      <p className="visually-hidden" role="status">
        {preview.isPlaceholderData && panel.readAgain}
      </p>
      {preview.data === undefined || preview.isError ? (
        <Reading query={preview} />
      ) : (
        <>
          <Sameness node={node} preview={preview.data} />
          {pending > 0 && <Soft>{panel.notConfirmed}</Soft>}
          <ManifestView node={node.id} manifest={preview.data.manifest} mayChange>
            <Price preview={preview.data} />
          </ManifestView>
          {preview.data.messages !== null && <Messages messages={preview.data.messages} />}
        </>
      )}
    </>
  );
}

/** Whether the answer that is there rests on what would be sent. */
function Sameness({ node, preview }: { node: NodeView; preview: Preview }) {
  const { panel } = useText();
  const attempt = useAttempt(node.id, node.generationId).data;
  if (preview.answered) return <Soft>{panel.context.same}</Soft>;
  if (node.generationId === null) return <Soft>{panel.context.notYet}</Soft>;
  // Nothing differs from an attempt that did not come to its end.
  if (attempt?.fingerprint === preview.manifest.fingerprint) return <Soft>{panel.context.unfinished}</Soft>;
  return (
    <Notice tone="warn">
      <p>
        <strong>{panel.context.differs}</strong>
      </p>
      <Reasons node={node} now={preview.manifest} />
    </Notice>
  );
}

function Price({ preview: { price, manifest } }: { preview: Preview }) {
  const { panel } = useText();
  const format = useFormat();
  const most = price.input + price.outputMax;
  const words = most === 0 ? panel.context.free : panel.context.priceOf(format.money(price.input), format.money(most));
  return (
    <>
      <Soft>{panel.context.answerMax(format.count(manifest.maxTokens))}</Soft>
      <Facts facts={[[panel.context.price, words]]} />
    </>
  );
}

function Sent({ node, generation }: { node: NodeView; generation: string }) {
  const { panel } = useText();
  const format = useFormat();
  const attempt = useAttempt(node.id, generation);
  if (attempt.data === undefined || attempt.isError) return <Reading query={attempt} />;
  const { manifest, createdAt } = attempt.data;
  if (manifest === null) return <Soft>{panel.answer.byPerson}</Soft>;
  return (
    <>
      <Soft>{panel.context.sentBy(manifest.model, format.time(createdAt))}</Soft>
      <ManifestView node={node.id} manifest={manifest} />
    </>
  );
}
