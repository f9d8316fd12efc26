import { Bot, ChevronDown, Compass, LayoutGrid, LogOut, Settings } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";

import { useTheme } from "../../ui/theme.ts";
import type { User } from "../../session/session.ts";
import { useUser } from "../../session/use-session.ts";
import { LANGUAGES, useLanguage, useText } from "../../text/index.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { Choices, Item, Menu, Separator } from "../../ui/Menu.tsx";
import { chooseLanguage, chooseTheme } from "./Choosers.tsx";
import { useLogOut } from "./log-out.tsx";
import { ConfirmLogOut } from "./LogOutEverywhere.tsx";
import styles from "./UserMenu.module.css";

/** Whose page this is, and what concerns them everywhere. */
export function UserMenu() {
  const { frame } = useText().around;
  const user = useUser();
  const name = nameOf(user);
  const logOut = useLogOut();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Menu
        button={
          <Button
            look="quiet"
            className={styles.button}
            aria-label={frame.of(frame.menu, name)}
            busy={logOut.isPending}
          >
            <Avatar name={name} picture={user.avatar} />
            <span className={styles.name}>{name}</span>
            <ChevronDown aria-hidden />
          </Button>
        }
      >
        <Places />
        <Separator />
        <Choices label={frame.theme} options={frame.themes} value={useTheme()} onChoose={chooseTheme} />
        <Separator />
        <Choices label={frame.language} options={LANGUAGES} value={useLanguage()} onChoose={chooseLanguage} />
        <Separator />
        <Item
          icon={<LogOut aria-hidden />}
          onSelect={() => {
            logOut.logOut("here");
          }}
        >
          {frame.logOut}
        </Item>
        <Item
          icon={<LogOut aria-hidden />}
          onSelect={() => {
            setAsking(true);
          }}
        >
          {frame.logOutEverywhere}…
        </Item>
      </Menu>
      {logOut.question}
      <ConfirmLogOut
        open={asking}
        onClose={() => {
          setAsking(false);
        }}
      />
    </>
  );
}

function Places() {
  const { frame, projects } = useText().around;
  const [, go] = useLocation();
  return (
    <>
      <Item
        icon={<LayoutGrid aria-hidden />}
        onSelect={() => {
          go("/");
        }}
      >
        {frame.projects}
      </Item>
      <Item
        icon={<Bot aria-hidden />}
        onSelect={() => {
          go("/agents");
        }}
      >
        {frame.agents}
      </Item>
      <Item
        icon={<Compass aria-hidden />}
        onSelect={() => {
          go("/explore");
        }}
      >
        {projects.explore.title}
      </Item>
      <Item
        icon={<Settings aria-hidden />}
        onSelect={() => {
          go("/settings");
        }}
      >
        {frame.settings}
      </Item>
    </>
  );
}

/** What the person is called: by their name, else by what others see of them. */
export function nameOf({ firstName, lastName, username, email }: User): string {
  const full = [firstName, lastName].filter(Boolean).join(" ");
  return full !== "" ? full : (username ?? email);
}
