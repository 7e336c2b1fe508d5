import { invalidInput } from "@allfunds/contract/errors";
import {
  decodeCursor,
  DecimalScalar,
  encodeCursor,
  JsonScalar,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { Args, ArgsType, Ctx, Field, FieldResolver, Resolver, Root } from "type-graphql";
import type { BookId } from "../../engine/book.ts";
import type { PublishedRow } from "../../engine/log-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { FundObject } from "../funds/fund-object.ts";
import {
  toTransactionObject,
  TransactionConnection,
  type TransactionObject,
} from "../transactions/transaction-object.ts";
import { termGroups } from "./search-terms.ts";
import type { TermPlace } from "./term-pages-sql.ts";
import { findPlaces } from "./term-places.ts";

@ArgsType()
class SearchArgs extends PageArgs {
  @Field(() => String, {
    nullable: true,
    description:
      "Words; each must begin a word of the description, the reference or the counterparty.",
  })
  text?: string | null;

  @Field(() => String, { nullable: true, description: "The whole reference, in any case." })
  reference?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "An entry has at least this amount, in its currency.",
  })
  amountFrom?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "An entry has at most this amount, in its currency.",
  })
  amountTo?: string | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description: "A JSON object whose every member the metadata has, at any depth.",
  })
  metadata?: Record<string, unknown> | null;
}

const positionCursor = ({ position }: TransactionObject): string => encodeCursor([position]);

/** Search in a fund's book, which belongs to this slice though it hangs on the fund. */
@Resolver(() => FundObject)
export class SearchResolver {
  @FieldResolver(() => TransactionConnection, {
    description:
      "Transactions that fit everything given, last recorded first. Sees all that was posted before the request.",
  })
  async search(
    @Root() { id }: FundObject,
    @Args(() => SearchArgs) {
      text,
      reference,
      amountFrom,
      amountTo,
      metadata,
      ...args
    }: SearchArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<TransactionObject>> {
    const page = toPage(args);
    const book = { tenantId: request.tenantId, bookId: id };
    const groups = termGroups({ text, reference, amountFrom, amountTo, metadata });
    if (groups.length === 0)
      throw invalidInput(
        "",
        "Give at least one of text, reference, amountFrom, amountTo and metadata.",
      );
    const reading = { reads: stores.pool, book, projectionsMoved: stores.projectionsMoved };
    const query = { groups, ...NEWEST_FIRST, behind: placeOf(page.after) };
    const places = await findPlaces(reading, query, page.first + 1);
    const positions = places.map(({ position }) => position);
    const found = await readPostedAt(stores.pool, book, positions);
    return toConnection(found, { ...page, cursorOf: positionCursor });
  }
}

const NEWEST_FIRST = {
  from: 1,
  to: Number.MAX_SAFE_INTEGER,
  isByDate: false,
  isDescending: true,
} as const;

function placeOf(after: string | null | undefined): TermPlace | undefined {
  if (typeof after !== "string") return undefined;
  const [position] = decodeCursor(after, 1);
  if (!Number.isSafeInteger(position)) throw invalidInput("after", "is not a cursor of this list");
  return { position: Number(position), date: "" };
}

const READ_AT = `
  SELECT e.position, e.recorded_at, e.payload FROM unnest($3::bigint[]) AS p (position)
  JOIN event e ON e.tenant_id = $1 AND e.book_id = $2 AND e.position = p.position
  ORDER BY e.position DESC`;

async function readPostedAt(
  reads: TenantReads,
  { tenantId, bookId }: BookId,
  positions: readonly number[],
): Promise<TransactionObject[]> {
  if (positions.length === 0) return [];
  const { rows } = await reads.query<PublishedRow>(READ_AT, [tenantId, bookId, positions]);
  return rows.map(({ position, recorded_at, payload }) =>
    toTransactionObject({ position: Number(position), recordedAt: recorded_at, payload }),
  );
}
