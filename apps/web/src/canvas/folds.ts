import { remember, remembered } from "../remembered.ts";

const key = (project: string) => `folds.${project}`;

/** Which branches this browser folded away when the project was last open here. */
export function foldsOf(project: string): ReadonlySet<string> {
  return new Set(remembered(key(project))?.split(" ").filter(Boolean));
}

export function rememberFolds(project: string, folds: ReadonlySet<string>): void {
  remember(key(project), [...folds].join(" "));
}
