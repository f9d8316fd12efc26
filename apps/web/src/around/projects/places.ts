export const VIEWS = ["all", "mine", "shared", "trash"] as const;
export type View = (typeof VIEWS)[number];

/** What the start page shows: projects of one view, or the conversations of all of them. */
export type Place = View | "conversations";

const PLACES: readonly Place[] = [...VIEWS, "conversations"];

/** What an address leads to. Where it does not say, the screen decides: on a phone a project is its conversations. */
export function placeIn(search: URLSearchParams, isPhone: boolean): Place {
  const wanted = search.get("view");
  return PLACES.find((place) => place === wanted) ?? firstOn(isPhone);
}

/** What is searched for goes along. */
export function addressOf(place: Place, q: string, isPhone: boolean): string {
  const search = new URLSearchParams({
    ...(place !== firstOn(isPhone) && { view: place }),
    ...(q !== "" && { q }),
  }).toString();
  return search === "" ? "/" : `/?${search}`;
}

const firstOn = (isPhone: boolean): Place => (isPhone ? "conversations" : "all");
