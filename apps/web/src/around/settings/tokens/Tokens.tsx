import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";

import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Confirm } from "../../../ui/Dialog.tsx";
import { say } from "../../../ui/toasts.ts";
import { Items, ListItem } from "../../parts/Items.tsx";
import { Loaded } from "../../parts/Loaded.tsx";
import { Nothing } from "../../parts/Nothing.tsx";
import { Section } from "../../parts/Section.tsx";
import { useTimes } from "../../parts/times.ts";
import { CreateToken } from "./CreateToken.tsx";
import { useTokenRevoking, useTokens, type Token } from "./queries.ts";

export function Tokens() {
  const { parts, tokens } = useSettingsText();
  const [creating, setCreating] = useState(false);
  const query = useTokens();
  const create = (
    <Button
      look="primary"
      onClick={() => {
        setCreating(true);
      }}
    >
      <Plus aria-hidden />
      {tokens.create}
    </Button>
  );
  return (
    <Section text={tokens.text} actions={create}>
      <Loaded query={query}>
        {(items) =>
          items.length === 0 ? (
            <Nothing title={tokens.none} text={tokens.noneText} />
          ) : (
            <Items label={parts.tokens}>
              {items.map((token) => (
                <Line key={token.id} token={token} />
              ))}
            </Items>
          )
        }
      </Loaded>
      <CreateToken
        open={creating}
        onClose={() => {
          setCreating(false);
        }}
      />
    </Section>
  );
}

function Line({ token }: { token: Token }) {
  const { tokens } = useSettingsText();
  const { ago, day, isPast } = useTimes();
  const [asking, setAsking] = useState(false);
  const revoking = useTokenRevoking(() => {
    say(tokens.revoked);
  });
  const { name, hint, scopes, createdAt, expiresAt, lastUsedAt } = token;
  const used = typeof lastUsedAt === "string" ? tokens.used(ago(lastUsedAt)) : tokens.unused;
  return (
    <ListItem
      icon={<KeyRound aria-hidden />}
      title={name}
      facts={[
        `${hint}…`,
        scopes.join(", "),
        tokens.created(ago(createdAt)),
        isPast(expiresAt) ? tokens.expired(ago(expiresAt)) : tokens.expires(day(expiresAt)),
        used,
      ]}
    >
      <Button
        size="small"
        aria-label={tokens.revokeLabel(name)}
        onClick={() => {
          setAsking(true);
        }}
      >
        {tokens.revoke}…
      </Button>
      <Confirm
        title={tokens.revokeTitle}
        text={tokens.revokeText(name)}
        action={tokens.revoke}
        open={asking}
        busy={revoking.isPending}
        onClose={() => {
          setAsking(false);
        }}
        onConfirm={() => {
          revoking.mutate(token);
        }}
      />
    </ListItem>
  );
}
