import { z } from "zod";
import { cursor, integer } from "./scalars.ts";

/** The part of a GraphQL connection that pages are made of. */
export interface ConnectionData<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** What to pass as `after` for the next page; null on the last one. */
export const nextCursorOf = ({ pageInfo }: ConnectionData<unknown>): string | null =>
  pageInfo.hasNextPage ? pageInfo.endCursor : null;

/** A page of a list as it is answered. */
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

/** The parameters every list has. */
export const pageParameters = {
  first: integer({ min: 1, max: 200 }, "Items on a page.").default(20),
  after: cursor("Where the page before ended: its `nextCursor`.").optional(),
};
