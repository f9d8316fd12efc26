/** A mention that is being typed: where its `@` stands, and what follows so far. */
export interface Typed {
  readonly at: number;
  readonly begun: string;
}

/** Names of people have more signs than those of agents. */
const BEGUN = /(?:^|[^\p{L}\p{N}._-])@([\p{L}\p{N}._-]*)$/u;

/** The mention that ends where the caret is, if one does. */
export function typedAt(text: string, caret: number): Typed | null {
  const [, begun] = BEGUN.exec(text.slice(0, caret)) ?? [];
  return begun === undefined ? null : { at: caret - begun.length - 1, begun };
}

/** The text with the mention completed, and where the caret is then. */
export function completed(text: string, { at, begun }: Typed, slug: string): { text: string; caret: number } {
  const rest = text.slice(at + 1 + begun.length);
  const space = /^\s/.test(rest) ? "" : " ";
  return { text: `${text.slice(0, at)}@${slug}${space}${rest}`, caret: at + slug.length + 2 };
}

/** Whether a text mentions an agent, as a word of its own: as the server sees it. */
export function mentions(text: string, slug: string): boolean {
  return text
    .split("@")
    .slice(1)
    .some((rest) => rest.startsWith(slug) && !/^[a-z0-9-]/i.test(rest.slice(slug.length)));
}

/** The first of these agents that a text mentions. */
export function mentioned<A extends { readonly slug: string }>(text: string, agents: readonly A[]): A | undefined {
  const places = agents
    .filter(({ slug }) => mentions(text, slug))
    .map((agent) => ({ agent, at: text.indexOf(`@${agent.slug}`) }));
  return places.toSorted((a, b) => a.at - b.at)[0]?.agent;
}

/** What a person is mentioned by: the name that others see, as one word. */
export const handleOf = (name: string): string => name.trim().split(/\s+/).join(".");
