import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronUp } from "lucide-react";
import { Fragment, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";

import { api, data } from "../../api/client.ts";
import { pagesKey } from "../../project/files/media.ts";
import { useCanvas, type Attachment } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { useViewing } from "../../text/viewing.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { explained } from "../../ui/toasts.ts";
import { Soft } from "../parts/Parts.tsx";
import styles from "./Files.module.css";
import { drawnPages, matchesIn, MATCHES_MAX, type Drawn, type Match, type Page } from "./reading.ts";

/** What is written in a file, page by page. */
export function Pages({ file }: { file: Attachment }) {
  const { files } = useText();
  const pages = useQuery({
    queryKey: pagesKey(file.mediaId),
    queryFn: () => data(api.GET("/api/v1/media/{media_id}/pages", { params: { path: { media_id: file.mediaId } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (pages.isPending) return <Spinner />;
  if (pages.isError) return <Soft>{explained(pages.error)}</Soft>;
  if (pages.data.length === 0) return <Soft>{files.noText}</Soft>;
  return <Read name={file.name} pages={pages.data} />;
}

function Read({ name, pages }: { name: string; pages: readonly Page[] }) {
  const place = useCanvas((ui) => ui.filePlace);
  const [query, setQuery] = useState("");
  const isSearched = query.trim() !== "";
  const words = isSearched ? query : (place?.quote ?? "");
  const drawn = useMemo(() => drawnPages(name, pages), [name, pages]);
  const found = useMemo(() => matchesIn(drawn, words), [drawn, words]);
  const first = Math.max(
    0,
    found.findIndex(({ page }) => page === place?.page),
  );
  const [stepped, setStepped] = useState<number | null>(null);
  const at = stepped ?? (isSearched ? 0 : first);
  const current = found[at];
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const mark = current === undefined ? null : frame.current?.querySelector("mark[data-current]");
    const page = place?.page == null ? null : frame.current?.querySelector(`[data-page="${String(place.page)}"]`);
    if (mark != null) mark.scrollIntoView({ block: "center" });
    else if (!isSearched) page?.scrollIntoView({ block: "start" });
  }, [current, isSearched, place]);
  const step = (by: number) => {
    if (found.length > 0) setStepped((at + by + found.length) % found.length);
  };
  return (
    <div ref={frame}>
      <Search
        query={query}
        count={isSearched ? found.length : null}
        at={at}
        onQuery={(text) => {
          setQuery(text);
          setStepped(null);
        }}
        onStep={step}
      />
      {drawn.map((page) => (
        <OnePage
          key={page.page}
          page={page}
          isAlone={drawn.length === 1}
          isMeant={place?.page === page.page}
          found={found.filter((match) => match.page === page.page)}
          current={current}
        />
      ))}
    </div>
  );
}

interface SearchProps {
  query: string;
  /** How often the words stand in the file, if any are looked for. */
  count: number | null;
  at: number;
  onQuery: (text: string) => void;
  onStep: (by: number) => void;
}

function Search({ query, count, at, onQuery, onStep }: SearchProps) {
  const viewing = useViewing();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // The browser's own search would find only what is drawn, and leave the window.
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "f" || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      field.current?.select();
    };
    addEventListener("keydown", onKey, { capture: true });
    return () => removeEventListener("keydown", onKey, { capture: true });
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    onStep(event.shiftKey ? -1 : 1);
  };
  return (
    <search className={styles.search}>
      <label htmlFor={id} className="visually-hidden">
        {viewing.searchIn}
      </label>
      <input
        id={id}
        ref={field}
        type="search"
        value={query}
        placeholder={viewing.searchIn}
        onChange={({ target }) => onQuery(target.value)}
        onKeyDown={onKeyDown}
      />
      <output role="status">
        {count !== null && viewing.found(count === 0 ? 0 : at + 1, count, count === MATCHES_MAX)}
      </output>
      <IconButton
        size="small"
        label={viewing.previous}
        keys="Shift+Enter"
        icon={<ChevronUp aria-hidden />}
        disabled={count === null || count === 0}
        onClick={() => onStep(-1)}
      />
      <IconButton
        size="small"
        label={viewing.next}
        keys="Enter"
        icon={<ChevronDown aria-hidden />}
        disabled={count === null || count === 0}
        onClick={() => onStep(1)}
      />
    </search>
  );
}

interface PageProps {
  page: Drawn;
  isAlone: boolean;
  /** Whether somebody was led to it. */
  isMeant: boolean;
  found: readonly Match[];
  current: Match | undefined;
}

function OnePage({ page: { page, heading, rows, more, pieces }, isAlone, isMeant, found, current }: PageProps) {
  const { files } = useText();
  const viewing = useViewing();
  const marked = (piece: number, text: string) => (
    <Marked text={text} found={found.filter((match) => match.piece === piece)} current={current} />
  );
  const title = `${files.page(page)}${heading === null ? "" : ` · ${heading}`}`;
  return (
    <section
      className={styles.page}
      data-page={page}
      aria-current={isMeant ? "location" : undefined}
      aria-label={isAlone ? undefined : title}
    >
      {!isAlone && <h4>{title}</h4>}
      {rows === null ? <p>{marked(0, pieces[0] ?? "")}</p> : <Table rows={rows} cell={marked} label={title} />}
      {more > 0 && <Soft>{viewing.moreRows(more)}</Soft>}
    </section>
  );
}

interface TableProps {
  rows: readonly (readonly string[])[];
  cell: (piece: number, text: string) => ReactNode;
  label: string;
}

/** Its first row names the columns. */
function Table({ rows, cell, label }: TableProps) {
  const [head = [], ...body] = rows;
  const starts = useMemo(() => startsOf(rows), [rows]);
  return (
    <div className={styles.table} tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {head.map((text, column) => (
              <th key={column} scope="col">
                {cell(column, text)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, place) => (
            <tr key={place}>
              {row.map((text, column) => (
                <td key={column}>{cell((starts[place + 1] ?? 0) + column, text)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Which piece of the page each row begins with. */
function startsOf(rows: readonly (readonly string[])[]): readonly number[] {
  let next = 0;
  return rows.map(({ length }) => {
    next += length;
    return next - length;
  });
}

function Marked({ text, found, current }: { text: string; found: readonly Match[]; current: Match | undefined }) {
  return (
    <>
      {found.map((match, place) => (
        <Fragment key={match.from}>
          {text.slice(found[place - 1]?.to ?? 0, match.from)}
          <mark data-current={match === current || undefined}>{text.slice(match.from, match.to)}</mark>
        </Fragment>
      ))}
      {text.slice(found.at(-1)?.to ?? 0)}
    </>
  );
}
