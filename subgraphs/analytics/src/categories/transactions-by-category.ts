import { invalidInput } from "@allfunds/contract/errors";
import { parseAmount } from "@allfunds/contract/money";
import type { BookContext } from "@allfunds/platform/feed";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  CursorScalar,
  DateScalar,
  decodeCursor,
  DecimalScalar,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import type { Connection } from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  InputType,
  Int,
  Resolver,
  Root,
} from "type-graphql";
import { FundEntity, TransactionEntity } from "../books/entities.ts";
import type { CategorySource } from "../classification/built-in-model.ts";
import { isCategoryCode } from "../classification/taxonomy.ts";
import { CategorySourceEnum } from "./category-graphql.ts";

@InputType({ description: "Which transactions to list; every condition that is given holds." })
export class CategorisedTransactionFilter {
  @Field(() => String, {
    nullable: true,
    description: "Code of the category, of the transaction or of one of its lines.",
  })
  category?: string | null;

  @Field(() => CategorySourceEnum, { nullable: true, description: "What decided the category." })
  source?: CategorySource | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether a person should confirm the category.",
  })
  needsReview?: boolean | null;

  @Field(() => DateScalar, { nullable: true, description: "First effective date, included." })
  from?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Last effective date, included." })
  to?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Currency of what moved, ISO 4217; needed with an amount. With `movesMoney` a line of a split in it counts as well.",
  })
  currency?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Smallest amount, included; amounts are never negative.",
  })
  minAmount?: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Largest amount, included." })
  maxAmount?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "True: only what `spendingByCategory` and `budgets` count of the category and currency, so the list is what such a figure is made of.",
  })
  movesMoney?: boolean | null;
}

const CategorisedTransactionConnection = connectionType(
  "CategorisedTransaction",
  TransactionEntity,
);

/** What a resolver of categorised transactions receives. */
export interface CategorisedContext extends BookContext {
  readonly reads: TenantReads;
}

interface Found {
  readonly id: string;
  readonly position: number;
}

// The newest by position, so a page after a cursor never shows one twice.
const LIST = `
  SELECT transaction_id AS id, position::int FROM movement m
  WHERE tenant_id = $1 AND fund_id = $2 AND ($3::bigint IS NULL OR position < $3)
    AND ($4::text IS NULL OR category = $4 AND lines IS NULL
      OR lines @> jsonb_build_array(jsonb_build_object('category', $4::text)))
    AND ($5::text IS NULL OR source = $5) AND ($6::boolean IS NULL OR needs_review = $6)
    AND ($7::date IS NULL OR effective_date >= $7) AND ($8::date IS NULL OR effective_date <= $8)
    AND ($9::text IS NULL OR currency = $9 OR $12)
    AND ($10::numeric IS NULL OR amount_minor >= $10) AND ($11::numeric IS NULL OR amount_minor <= $11)
    AND (NOT $12::boolean OR direction <> 'NONE' AND (
      lines IS NULL AND ($9::text IS NULL OR currency = $9)
      OR EXISTS (SELECT FROM jsonb_to_recordset(lines) AS line (category text, currency text, direction text)
        WHERE line.direction <> 'NONE' AND ($4::text IS NULL OR line.category = $4)
          AND ($9::text IS NULL OR line.currency = $9))))
  ORDER BY position DESC LIMIT $13`;

@Resolver(() => FundEntity)
export class CategorisedTransactionResolver {
  @Directive('@requires(fields: "position")')
  @RequiresScopes("analytics:read")
  @FieldResolver(() => CategorisedTransactionConnection, {
    nullable: true,
    description:
      "Transactions of the fund by category, newest first; waits up to 1.5 s for the last position.",
  })
  async transactionsByCategory(
    @Root() fund: FundEntity,
    @Ctx() { request, awaitBook, reads }: CategorisedContext,
    @Arg("filter", () => CategorisedTransactionFilter, {
      nullable: true,
      description: "All transactions without one.",
    })
    filter: CategorisedTransactionFilter | null | undefined,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after?: string | null,
  ): Promise<Connection<Pick<TransactionEntity, "id">>> {
    const size = pageSize(first);
    const conditions = conditionsOf(filter ?? {});
    const before = positionOf(after);
    await awaitBook(fund);
    const parameters = [fund.id, before, ...conditions, size + 1];
    const { rows } = await reads.query<Found>(LIST, [request.tenantId, ...parameters]);
    return toConnection(rows, {
      first: size,
      after,
      cursorOf: ({ position }) => encodeCursor([position]),
    });
  }
}

function conditionsOf(filter: Partial<CategorisedTransactionFilter>): unknown[] {
  const { category = null, source = null, needsReview = null, currency = null } = filter;
  const { from = null, to = null, minAmount = null, maxAmount = null, movesMoney } = filter;
  if (category !== null && !isCategoryCode(category))
    throw invalidInput("filter.category", "is not the code of a category");
  if (from !== null && to !== null && from > to)
    throw invalidInput("filter.from", "must not be after `to`");
  const [least, most] = (["minAmount", "maxAmount"] as const).map((name) => {
    const amount = name === "minAmount" ? minAmount : maxAmount;
    if (amount === null) return null;
    if (currency === null) throw invalidInput("filter.currency", "is needed with an amount");
    return parseAmount(amount, currency).toString();
  });
  return [category, source, needsReview, from, to, currency, least, most, movesMoney ?? false];
}

function positionOf(after: string | null | undefined): number | null {
  if (after === null || after === undefined) return null;
  const [position] = decodeCursor(after, 1);
  if (typeof position !== "number" || !Number.isSafeInteger(position))
    throw invalidInput("after", "is not a cursor of this list");
  return position;
}
