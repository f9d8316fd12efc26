import { Refused } from "../../api/problem.ts";

/** What is wrong with one field of the form whose sending failed. */
export function wrong(error: unknown, field: string): string | undefined {
  return error instanceof Refused ? error.of(field) : undefined;
}

/** Whether everything that is wrong stands beside the fields already. */
export function isAllBeside(error: unknown, fields: readonly string[]): boolean {
  if (!(error instanceof Refused)) return false;
  const { errors } = error.problem;
  return errors !== undefined && errors.length > 0 && errors.every(({ pointer }) => fields.includes(pointer.slice(1)));
}
