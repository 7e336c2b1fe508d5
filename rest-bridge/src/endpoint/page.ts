import { z } from "zod";
import { cursor, integer } from "./scalars.ts";

/** The part of a GraphQL connection that a page is made from. */
export interface Connection<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** What to pass as `after` for the next page; null on the last one. */
export const nextCursorOf = ({ pageInfo }: Connection<unknown>): string | null =>
  pageInfo.hasNextPage ? pageInfo.endCursor : null;

/** The schema of one page of a list. */
export const pageOf = <Item extends z.ZodType>(
  item: Item,
  { id, of }: { readonly id: string; readonly of: string },
) =>
  z
    .object({
      items: z.array(item).meta({ description: `${of[0]?.toUpperCase()}${of.slice(1)}.` }),
      nextCursor: z
        .string()
        .nullable()
        .meta({ description: "Pass as `after` for the next page; null on the last one." }),
    })
    .meta({ id, description: `One page of ${of}.` });

/** The parameters of every list. */
export const pageParameters = {
  first: integer({ min: 1, max: 200 }, "Items on a page.").default(20),
  after: cursor("The `nextCursor` of the page before.").optional(),
};

/** The documentation of the header that `nextPageLink` sets. */
export const LINK_HEADER = { Link: "The next page, `rel=next`; absent on the last one." };

/** The Link header to the next page of the list at `url`; none on the last page. */
export function nextPageLink(
  url: string,
  nextCursor: string | null,
): Readonly<Record<string, string>> {
  if (nextCursor === null) return {};
  const next = new URL(url, "http://bridge");
  next.searchParams.set("after", nextCursor);
  return { link: `<${next.pathname}${next.search}>; rel="next"` };
}

/** The answer with one page of a list. */
export function answerPage<Node, Item>(
  url: string,
  connection: Connection<Node>,
  toItem: (node: Node) => Item,
) {
  const nextCursor = nextCursorOf(connection);
  return {
    status: 200,
    headers: nextPageLink(url, nextCursor),
    body: { items: connection.nodes.map((node) => toItem(node)), nextCursor },
  };
}
