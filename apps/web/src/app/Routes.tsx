import { useEffect } from "react";
import { Redirect, Route, Switch, useLocation, useSearch, useSearchParams } from "wouter";

import { NotFound } from "../around/NotFound.tsx";
import { fetchSoon, wantedSoon } from "../ui/late.ts";
import { connection } from "../session/connection.ts";
import { useSession } from "../session/use-session.ts";
import type { ConnectionState } from "../sync/index.ts";
import { part } from "./part.tsx";

const Account = part(() => import("../around/account/Account.tsx"));
const Projects = part(() => import("../around/projects/Projects.tsx"));
const Explore = part(() => import("../around/projects/Explore.tsx"));
const Agents = part(() => import("../around/agents/Agents.tsx"));
const AgentPage = part(() => import("../around/agents/AgentPage.tsx"));
const Settings = part(() => import("../around/settings/Settings.tsx"));
const Invitation = part(() => import("../around/account/Invitation.tsx"));
const Verify = part(() => import("../around/account/Verify.tsx"));
const ConfirmAddress = part(() => import("../around/account/ConfirmAddress.tsx"));
const ProjectActivity = part(() => import("../around/activity/ProjectActivity.tsx"));
const Reset = part(() => import("../around/account/Reset.tsx"));
const Notices = part(() => import("../around/notices/Notices.tsx"));
const Unsubscribe = part(() => import("../around/account/Unsubscribe.tsx"));
const ProjectPage = part(() => import("../pages/ProjectPage.tsx"));
const PublicPage = part(() => import("../pages/PublicPage.tsx"));

// The way back is open even when the server is not; but first comes what was asked for.
wantedSoon(Projects.ahead);

/** Begins to fetch what this address will most likely show, while the server is still asked whose page it is. */
export function fetchAhead(): void {
  void (isProject() ? ProjectPage : Projects).ahead();
}

const isProject = () => location.pathname.startsWith("/projects/");

export function Routes() {
  const { status } = useSession();
  return (
    <Switch>
      <Route path="/verify" component={Verify} />
      <Route path="/email" component={ConfirmAddress} />
      <Route path="/reset" component={Reset} />
      <Route path="/unsubscribe" component={Unsubscribe} />
      <Route path="/explore" component={Explore} />
      {status === "out" ? <OutRoutes /> : <InRoutes />}
    </Switch>
  );
}

/** Where somebody wanted to go is kept in the address, and they get there once they have logged in. */
function OutRoutes() {
  const [here] = useLocation();
  const asked = useSearch();
  const there = asked === "" ? here : `${here}?${asked}`;
  return (
    <Switch>
      <Route path="/login">
        <Account mode="login" />
      </Route>
      <Route path="/register">
        <Account mode="register" />
      </Route>
      <Route path="/forgot">
        <Account mode="forgot" />
      </Route>
      <Route path="/projects/:id">{({ id }) => <PublicPage key={id} id={id} />}</Route>
      <Route>
        <Redirect to={here === "/" ? "/login" : `/login?to=${encodeURIComponent(there)}`} replace />
      </Route>
    </Switch>
  );
}

function InRoutes() {
  useEffect(() => {
    // A project does so once it is drawn.
    const soon = ({ status }: ConnectionState) => {
      if (status === "live" && !isProject()) fetchSoon();
    };
    soon(connection.state());
    return connection.onState(soon);
  }, []);
  return (
    <Switch>
      <Route path="/" component={Projects} />
      <Route path="/agents" component={Agents} />
      <Route path="/agents/:id/:part?">{({ id }) => <AgentPage key={id} />}</Route>
      <Route path="/settings/:part?" component={Settings} />
      <Route path="/notifications" component={Notices} />
      <Route path="/projects/:id/activity">{({ id }) => <ProjectActivity key={id} id={id} />}</Route>
      <Route path="/projects/:id">{({ id }) => <ProjectPage key={id} id={id} />}</Route>
      <Route path="/invitations/:token" component={Invitation} />
      <Route path="/login" component={Onwards} />
      <Route path="/register" component={Onwards} />
      <Route path="/forgot" component={Onwards} />
      <Route component={NotFound} />
    </Switch>
  );
}

/** Only addresses of this program: a link must not lead people elsewhere through the login page. */
function Onwards() {
  const [search] = useSearchParams();
  const to = search.get("to") ?? "/";
  return <Redirect to={/^\/(?![/\\])/.test(to) ? to : "/"} replace />;
}
