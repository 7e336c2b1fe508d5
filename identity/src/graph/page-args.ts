import { invalidInput } from "@allfunds/contract/errors";
import {
  CursorScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { ArgsType, Field, Int } from "type-graphql";

@ArgsType()
export class PageArgs {
  @Field(() => CursorScalar, { nullable: true, description: "Read on from here." })
  after?: string | null;

  @Field(() => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
  first!: number;
}

/** A page of a list, whose cursors are sort values; `read` gets the one to read on from, if any. */
export async function readPage<Item>(
  { first, after }: PageArgs,
  read: (limit: number, after: string | undefined) => Promise<Item[]>,
  sortValueOf: (item: Item) => string,
): Promise<Connection<Item>> {
  const size = pageSize(first);
  const from = typeof after === "string" ? String(decodeCursor(after, 1)[0]) : undefined;
  const cursorOf = (item: Item): string => encodeCursor([sortValueOf(item)]);
  return toConnection(await read(size + 1, from), { first: size, after, cursorOf });
}

/** The sort value of a list that is read on from a number of up to 18 digits. */
export function sequenceIn(sequence: string | undefined): string | undefined {
  if (sequence === undefined || /^\d{1,18}$/.test(sequence)) return sequence;
  throw invalidInput("after", "is not a cursor of this list");
}
