import { setTimeout } from "node:timers/promises";
import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { Cell, Column } from "@allfunds/platform/sheets/cell";
import { csvHeader, csvRows } from "@allfunds/platform/sheets/csv";
import { z } from "zod";
import { defineEndpoint, type Answer, type Endpoint, type Execute } from "./endpoint.ts";
import {
  answerPage,
  LINK_HEADER,
  nextCursorOf,
  pageOf,
  pageParameters,
  type Connection,
} from "./page.ts";
import { flag } from "./scalars.ts";

const JSON_TYPE = "application/json";
const LARGEST_PAGE = 200;

/** The media types of a list that is also a table. */
const TABLE_TYPES = [JSON_TYPE, "text/csv", "application/x-ndjson"] as const;

/** The parameters of a list that is also a table. */
const tableParameters = {
  all: flag("All pages in one answer, in CSV or NDJSON; `first` is not used.").default(false),
  ...pageParameters,
};

/** What the documentation of every such list has to name. */
export const TABLE_DOCS =
  "`Accept: text/csv` gives the page as CSV (RFC 4180); a text that a spreadsheet would run as a formula gets a leading apostrophe. `Accept: application/x-ndjson` gives one item in JSON a line. With `all=true`, CSV and NDJSON go on to the last item as one stream; a stream that breaks off is not complete.";

interface Described {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly anyOf?: readonly Described[];
}

/** The fields of an item that are single values as columns, each of the kind that its schema has. */
export function columnsOf<Item extends object>(item: z.ZodObject): readonly Column<Item>[] {
  return Object.entries(item.shape).flatMap(([name, schema]) => {
    const kind = kindOf(z.toJSONSchema(schema as z.ZodType, { io: "output" }) as Described);
    const cell = (row: Item) => printed((row as Readonly<Record<string, unknown>>)[name]);
    return kind === undefined ? [] : [{ name, kind, cell }];
  });
}

function kindOf({ type, format, pattern, anyOf = [] }: Described): Cell["kind"] | undefined {
  if (anyOf.length > 0) return anyOf.map(kindOf).find((kind) => kind !== undefined);
  const types = [type].flat();
  if (types.includes("integer")) return "number";
  if (format === "date") return "date";
  if (pattern !== undefined && pattern.startsWith("^-?\\d")) return "amount";
  return types.includes("string") || types.includes("boolean") ? "text" : undefined;
}

const printed = (value: unknown): string | number | null =>
  typeof value === "string" || typeof value === "number"
    ? value
    : typeof value === "boolean"
      ? String(value)
      : null;

interface Table<Node, Item extends object> {
  readonly all: boolean;
  readonly url: string;
  readonly mediaType: string;
  readonly columns: readonly Column<Item>[];
  readonly toItem: (node: Node) => Item;
  /** Reads a page; with the client's own parameters unless others are given. */
  readonly read: (wanted: Wanted) => Promise<Connection<Node>>;
}

interface Wanted {
  readonly first?: number;
  readonly after?: string;
}

type QueryOf<Parameters extends z.ZodRawShape> = z.output<z.ZodObject<typeof tableParameters>> & {
  readonly [Name in keyof Parameters]: z.output<Parameters[Name]>;
};

interface TableDefinition<Parameters extends z.ZodRawShape, Node, Item extends object> extends Pick<
  Endpoint,
  "path" | "operations" | "access"
> {
  readonly docs: Omit<Endpoint["docs"], "success">;
  readonly item: z.ZodType<Item>;
  /** How the schema of a page is named, and what it is a page of. */
  readonly page: { readonly id: string; readonly of: string };
  readonly columns: readonly Column<Item>[];
  /** The parameters beside those of every such list. */
  readonly parameters: Parameters;
  readonly toItem: (node: Node, query: QueryOf<Parameters>) => Item;
  readonly read: (
    query: Omit<QueryOf<Parameters>, "all">,
    execute: Execute,
  ) => Promise<Connection<Node>>;
}

/** The endpoint of a list that is also a table. */
export function defineTable<Parameters extends z.ZodRawShape, Node, Item extends object>({
  docs,
  item,
  page,
  columns,
  parameters,
  toItem,
  read,
  ...shape
}: TableDefinition<Parameters, Node, Item>): Endpoint {
  const description = `One page of ${page.of}.`;
  return defineEndpoint({
    ...shape,
    method: "GET",
    produces: TABLE_TYPES,
    docs: {
      ...docs,
      success: { 200: { description, schema: pageOf(item, page), headers: LINK_HEADER } },
    },
    query: z.strictObject({ ...parameters, ...tableParameters }),
    respond: ({ query, url, mediaType, execute }) => {
      const given = query as QueryOf<Parameters>;
      const { all, ...wanted } = given;
      return answerTable({
        all,
        url,
        mediaType,
        columns,
        toItem: (node: Node) => toItem(node, given),
        read: (place) => read({ ...wanted, ...place }, execute),
      });
    },
  });
}

/** One page of a list in the agreed media type, or every page as one stream. */
async function answerTable<Node, Item extends object>(table: Table<Node, Item>): Promise<Answer> {
  const { all, url, mediaType, read, toItem } = table;
  if (!all) {
    const page = answerPage(url, await read({}), toItem);
    if (mediaType === JSON_TYPE) return page;
    const { items } = page.body;
    return { ...page, body: headOf(table) + linesOf(table, items) };
  }
  if (mediaType === JSON_TYPE) {
    throw invalidInput("all", "needs Accept: text/csv or application/x-ndjson");
  }
  // The first page is read before the answer begins, so that its refusal still has a status.
  const first = await read({ first: LARGEST_PAGE });
  return { status: 200, body: everyPage(first, table) };
}

const headOf = <Node, Item extends object>({ mediaType, columns }: Table<Node, Item>): string =>
  mediaType === "text/csv" ? csvHeader(columns) : "";

const linesOf = <Node, Item extends object>(
  { mediaType, columns }: Table<Node, Item>,
  items: readonly Item[],
): string =>
  mediaType === "text/csv"
    ? csvRows(columns, items)
    : items.map((item) => `${JSON.stringify(item)}\n`).join("");

/** Every page after each other, read only as fast as the client takes them. */
async function* everyPage<Node, Item extends object>(
  first: Connection<Node>,
  table: Table<Node, Item>,
): AsyncGenerator<string, void> {
  yield headOf(table);
  for (let page = first; ;) {
    yield linesOf(table, page.nodes.map(table.toItem));
    const after = nextCursorOf(page);
    if (after === null) return;
    page = await afterBudget(() => table.read({ first: LARGEST_PAGE, after }));
  }
}

/** Waits as long as the caller's budget needs to fill again: an export is slowed down, not refused. */
async function afterBudget<Result>(act: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const wait = error instanceof AppError ? error.retryAfterSeconds : undefined;
      if (wait === undefined) throw error;
      await setTimeout(wait * 1_000);
    }
  }
}
