import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";

import { api, data } from "../../../api/client.ts";
import { setUser } from "../../../session/session.ts";
import { useUser } from "../../../session/use-session.ts";
import { settingsText, useSettingsText } from "../../../text/settings.ts";
import { Avatar } from "../../../ui/Avatar.tsx";
import { Button } from "../../../ui/Button.tsx";
import { say, sayFailed } from "../../../ui/toasts.ts";
import { Section } from "../../parts/Section.tsx";
import styles from "../Settings.module.css";
import { readUser } from "../user.ts";
import { squared } from "./squared.ts";

/** The picture that others see beside one's name. */
export function Picture() {
  const settings = useSettingsText();
  const { picture } = settings;
  const { avatar, firstName, username, email } = useUser();
  const file = useRef<HTMLInputElement>(null);
  const choose = useMutation({ mutationFn: keep, onError: sayFailed });
  const remove = useMutation({
    mutationFn: async () => {
      await data(api.DELETE("/api/v1/users/me/avatar"));
      await readUser();
    },
    onError: sayFailed,
  });
  return (
    <Section title={picture.title} text={picture.text}>
      <div className={styles.picture}>
        <Avatar name={username ?? firstName ?? email} picture={avatar} />
        <input
          ref={file}
          type="file"
          accept="image/png,image/jpeg,image/webp"
          aria-label={picture.choose}
          hidden
          onChange={({ currentTarget }) => {
            const [chosen] = currentTarget.files ?? [];
            if (chosen !== undefined) choose.mutate(chosen);
            // The same file can be chosen again.
            currentTarget.value = "";
          }}
        />
        <Button
          busy={choose.isPending}
          onClick={() => {
            file.current?.click();
          }}
        >
          {picture.choose}
        </Button>
        {avatar !== null && avatar !== undefined && (
          <Button
            look="quiet"
            busy={remove.isPending}
            onClick={() => {
              remove.mutate();
            }}
          >
            {picture.remove}
          </Button>
        )}
      </div>
    </Section>
  );
}

async function keep(file: File): Promise<void> {
  const square = await squared(file);
  if (square === null) {
    say(settingsText().picture.unreadable);
    return;
  }
  const user = await data(
    api.PUT("/api/v1/users/me/avatar", {
      // What is sent is the picture itself; the document can only call it text.
      body: square as unknown as string,
      bodySerializer: (body) => body,
      headers: { "content-type": "application/octet-stream" },
    }),
  );
  setUser(user);
}
