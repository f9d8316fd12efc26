import {
  AtSign,
  Bot,
  CircleAlert,
  Coins,
  Info,
  Mail,
  MessageCircleQuestion,
  MessageSquareText,
  UserMinus,
  UserPlus,
  type LucideIcon,
} from "lucide-react";
import { Link } from "wouter";

import { useText } from "../../text/index.ts";
import { IconButton } from "../../ui/Button.tsx";
import { useTimes } from "../parts/times.ts";
import { placeOf, projectOf, type Group, type Notice } from "./groups.ts";
import styles from "./Notices.module.css";
import { useReading } from "./queries.ts";

const ICONS: Record<Notice["type"], LucideIcon> = {
  PROJECT_INVITE: Mail,
  PROJECT_SHARE: UserPlus,
  NODE_GENERATED: MessageSquareText,
  NODE_ERROR: CircleAlert,
  AGENT_COMPLETED: Bot,
  AGENT_FAILED: CircleAlert,
  COLLABORATION_JOINED: UserPlus,
  COLLABORATION_LEFT: UserMinus,
  SYSTEM: Info,
  MENTION: AtSign,
  BUDGET: Coins,
  TASK_WAITING: MessageCircleQuestion,
  INVITE_ACCEPTED: UserPlus,
};

interface Props {
  group: Group;
  /** After somebody went where it leads. */
  onGo?: () => void;
}

/** One notification, or several of a kind. Whoever goes where it leads has read it. */
export function Line({ group, onGo }: Props) {
  const { notices } = useText().around;
  const { ago, full } = useTimes();
  const reading = useReading();
  const { latest, all } = group;
  const Icon = ICONS[latest.type];
  const title = all.length === 1 ? latest.title : notices.group[latest.type](all.length, projectOf(latest));
  const read = () => {
    if (!latest.read) reading.mutate(group);
  };
  return (
    <li className={styles.line} data-unread={!latest.read} data-priority={latest.priority}>
      <Icon aria-hidden className={styles.icon} />
      <div className={styles.about}>
        <Link
          href={placeOf(latest)}
          onClick={() => {
            read();
            onGo?.();
          }}
        >
          {title}
        </Link>
        {latest.message !== "" && <p className={styles.message}>{latest.message}</p>}
        <time dateTime={latest.createdAt} title={full(latest.createdAt)} className={styles.when}>
          {ago(latest.createdAt)}
        </time>
      </div>
      {!latest.read && (
        <IconButton
          size="small"
          label={notices.readOne(title)}
          icon={<span className={styles.dot} aria-hidden />}
          disabled={reading.isPending}
          onClick={read}
        />
      )}
    </li>
  );
}
