import { account } from "./around/account.ts";
import { conversations } from "./around/conversations.ts";
import { frame } from "./around/frame.ts";
import { notices } from "./around/notices.ts";
import { projects } from "./around/projects.ts";
import { sharing } from "./around/sharing.ts";

export const around = { frame, account, projects, conversations, notices, sharing };
