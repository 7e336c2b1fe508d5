import type { AnyVariables, TypedDocumentNode } from "@urql/core";
import type { RequestEvent } from "@sveltejs/kit";
import { runsScripts } from "../reader-zone.ts";
import { query, type GraphResponse } from "./graphql.ts";

/** How long a page waits for its slower parts; what takes longer is streamed behind the page. */
const PATIENCE_MS = 400;
/** In an address: the whole page at once, for browsers whose scripts were switched off. */
const WHOLE = "whole";

/** A query that was begun. */
interface Begun<Data, Variables> {
  readonly variables: Variables;
  readonly answer: Promise<GraphResponse<Data>>;
}

/** A query that was begun, whose answer has arrived or is streamed. */
type Settled<Query> =
  Query extends Begun<infer Data, infer Variables>
    ? { variables: Variables; answer: GraphResponse<Data> | Promise<GraphResponse<Data>> }
    : never;

/** Whether a page may come in parts: scripts ran in this browser, and the whole page was not requested. */
export const mayComeInParts = ({ cookies, url }: Pick<RequestEvent, "cookies" | "url">): boolean =>
  runsScripts(cookies) && !url.searchParams.has(WHOLE);

/** Begins a query. */
export function readLater<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Begun<Data, Variables> {
  const answer = query(document, variables);
  // The page may end before it awaits this.
  answer.catch(() => {});
  return { variables, answer };
}

/** Waits for queries, but not for long: a page without its slow parts is better than none. */
export async function settle<Queries extends Record<string, Begun<unknown, unknown>>>(
  queries: Queries,
  reader: Pick<RequestEvent, "cookies" | "url">,
): Promise<{ [Name in keyof Queries]: Settled<Queries[Name]> }> {
  const { promise: impatience, resolve } = Promise.withResolvers<undefined>();
  const timer = mayComeInParts(reader) ? setTimeout(resolve, PATIENCE_MS) : undefined;
  const settled = await Promise.all(
    Object.entries(queries).map(async ([name, { variables, answer }]) => {
      const arrived = await Promise.race([answer, impatience]);
      return [name, { variables, answer: arrived ?? answer }] as const;
    }),
  );
  clearTimeout(timer);
  return Object.fromEntries(settled) as Awaited<ReturnType<typeof settle<Queries>>>;
}
