import { createContext } from "react";

import { late } from "../ui/late.ts";

/** A file that an answer may cite. */
export interface Cited {
  readonly id: string;
  readonly name: string;
}

export interface Citations {
  /** The files that the answer of a node may cite, the nearest first. */
  readonly of: (node: string) => readonly Cited[];
  readonly open: (file: Cited, page: number | null, quote: string | null) => void;
}

/** Who knows the files of the page. Without anybody, citations are words like others. */
export const CitationsContext = createContext<Citations | null>(null);

/** The files of one answer, for what its citations become. */
export const CitedContext = createContext<readonly Cited[]>([]);

/** Finds citations; it comes with the first answer that may cite something. */
export const useCiting = late(async () => (await import("./citing.ts")).citing);
