import { lazy, Suspense } from "react";
import { Redirect, Route, Switch, useLocation, useSearchParams } from "wouter";

import { NotFound } from "../around/NotFound.tsx";
import { useSession } from "../session/use-session.ts";
import { Starting } from "./Starting.tsx";

/** Each part of the program comes when somebody goes there. */
const Account = lazy(() => import("../around/account/Account.tsx"));
const Projects = lazy(() => import("../around/projects/Projects.tsx"));
const Settings = lazy(() => import("../around/settings/Settings.tsx"));
const Invitation = lazy(() => import("../around/account/Invitation.tsx"));
const Verify = lazy(() => import("../around/account/Verify.tsx"));
const Reset = lazy(() => import("../around/account/Reset.tsx"));
const ProjectPage = lazy(() => import("../canvas/ProjectPage.tsx"));
const PublicPage = lazy(() => import("../canvas/public/PublicPage.tsx"));

const forever = () => new Promise(() => undefined);

export function Routes() {
  const { status } = useSession();
  return (
    <Suspense fallback={<Starting ask={forever} />}>
      <Switch>
        <Route path="/verify" component={Verify} />
        <Route path="/reset" component={Reset} />
        {status === "out" ? <OutRoutes /> : <InRoutes />}
      </Switch>
    </Suspense>
  );
}

/** Where somebody wanted to go is kept in the address, and they get there once they have logged in. */
function OutRoutes() {
  const [here] = useLocation();
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
        <Redirect to={here === "/" ? "/login" : `/login?to=${encodeURIComponent(here)}`} replace />
      </Route>
    </Switch>
  );
}

function InRoutes() {
  return (
    <Switch>
      <Route path="/" component={Projects} />
      <Route path="/settings/:part?" component={Settings} />
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
