import type { Connection } from "./connection.ts";
import { openProject, type OpenOptions } from "./open.ts";
import type { ProjectSync } from "./project.ts";

export interface Visit {
  readonly opened: Promise<ProjectSync>;
  /** Leaves the project. It goes on being sent until the server has decided everything. */
  readonly leave: () => void;
}

interface Place {
  readonly opened: Promise<ProjectSync>;
  visitors: number;
  /** Once nobody is there and nothing is left to send. */
  closed: Promise<void> | null;
}

/** What each connection follows, by user and project. */
const placesOf = new WeakMap<Connection, Map<string, Place>>();

/** Opens a project for as long as it is visited. Whoever comes back while it still sends finds it as it was left. */
export function visitProject(options: OpenOptions): Visit {
  const { connection, user, project } = options;
  const places = placesOf.get(connection) ?? new Map<string, Place>();
  placesOf.set(connection, places);
  const room = `${user}/${project}`;
  const before = places.get(room);
  const place = before?.closed === null ? before : newPlace(options, before?.closed ?? null);
  places.set(room, place);
  place.visitors += 1;
  const forget = () => {
    if (places.get(room) === place) places.delete(room);
  };
  // What could not be opened is tried anew by the next visit.
  place.opened.catch(forget);
  const leave = async () => {
    place.visitors -= 1;
    const opened = await place.opened;
    await sentAll(opened);
    if (place.visitors > 0 || place.closed !== null) return;
    place.closed = opened.close();
    await place.closed;
    forget();
  };
  return { opened: place.opened, leave: () => void leave().catch(() => undefined) };
}

/** A queue has one owner at a time: the one before lets go of it first. */
function newPlace(options: OpenOptions, before: Promise<void> | null): Place {
  const opened = before === null ? openProject(options) : before.then(() => openProject(options));
  return { opened, visitors: 0, closed: null };
}

/** Until nothing waits any more, or waiting is of no use. */
function sentAll({ state, onState }: ProjectSync): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      const { status, pending } = state();
      if (pending > 0 && status !== "ended") return;
      stop();
      resolve();
    };
    const stop = onState(look);
    look();
  });
}
