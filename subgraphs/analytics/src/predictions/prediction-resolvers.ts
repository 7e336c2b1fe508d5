import { invalidInput } from "@allfunds/contract/errors";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  CursorScalar,
  DateScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import type { Connection } from "@allfunds/platform/graphql/types";
import { Arg, Args, Ctx, Directive, FieldResolver, Int, Resolver, Root } from "type-graphql";
import { FundEntity } from "../books/entities.ts";
import type { BookContext } from "@allfunds/platform/feed";
import type { TenantReads } from "@allfunds/platform/tenancy";
import {
  ExpectedCashFlowArguments,
  ExpectedCashFlowObject,
} from "../expectations/expectation-graphql.ts";
import { expectCashFlows } from "../expectations/expected-cash-flows.ts";
import type { KeptExpectations } from "../expectations/kept-expectations.ts";
import { listSuggestions, totalsByCategory } from "./prediction-store.ts";
import {
  CategorySpendingObject,
  CategorySuggestionConnection,
  FundPredictionsObject,
  toCategorySpending,
  toSuggestion,
} from "./prediction-types.ts";
import type { CategorySuggestionObject } from "./prediction-types.ts";

/** What a resolver of predictions receives; its reads show what the caller may see. */
export interface PredictionContext extends BookContext {
  readonly reads: TenantReads;
  readonly expectations: KeptExpectations;
  /**
   * Resolves with the version of the expectations when everything posted up to the fund's position was examined; else
   * CONSISTENCY_TIMEOUT.
   */
  readonly awaitExamined: (fund: {
    readonly id: string;
    readonly position: number;
  }) => Promise<string>;
}

@Resolver(() => FundEntity)
export class PredictionResolver {
  @Directive('@requires(fields: "position")')
  @RequiresScopes("analytics:read")
  @FieldResolver(() => FundPredictionsObject, {
    nullable: true,
    description: "What is expected next; waits up to 1.5 s for the last position.",
  })
  async predictions(
    @Root() fund: FundEntity,
    @Ctx() { awaitBook, awaitExamined }: PredictionContext,
  ): Promise<FundPredictionsObject> {
    await awaitBook(fund);
    const version = await awaitExamined(fund);
    return { fundId: fund.id, position: fund.position, version };
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("analytics:read")
  @FieldResolver(() => [CategorySpendingObject], {
    nullable: true,
    description:
      "Received and paid per category and currency, largest payments first; waits like `predictions`.",
  })
  async spendingByCategory(
    @Root() fund: FundEntity,
    @Ctx() { request, awaitBook, reads }: PredictionContext,
    @Arg("from", () => DateScalar, {
      nullable: true,
      description: "First effective date, included.",
    })
    from?: string | null,
    @Arg("to", () => DateScalar, { nullable: true, description: "Last effective date, included." })
    to?: string | null,
  ): Promise<CategorySpendingObject[]> {
    if (from && to && from > to) throw invalidInput("from", "must not be after `to`");
    await awaitBook(fund);
    const span = { fundId: fund.id, from: from ?? null, to: to ?? null };
    return (await totalsByCategory(reads, request.tenantId, span)).map(toCategorySpending);
  }
}

@Resolver(() => FundPredictionsObject)
export class FundPredictionsResolver {
  @FieldResolver(() => CategorySuggestionConnection, {
    description: "Transactions whose category waits for a person, newest first.",
  })
  async awaitingReview(
    @Root() { fundId }: FundPredictionsObject,
    @Ctx() { request, reads }: PredictionContext,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after?: string | null,
  ): Promise<Connection<CategorySuggestionObject>> {
    const size = pageSize(first);
    const page = { fundId, before: positionOf(after), limit: size + 1 };
    const found = await listSuggestions(reads, request.tenantId, page);
    return toConnection(found.map(toSuggestion), {
      first: size,
      after,
      cursorOf: ({ position }) => encodeCursor([position]),
    });
  }

  @FieldResolver(() => [ExpectedCashFlowObject], {
    description:
      "The next payment of each series that repeats, soonest first, as seen today. Dates in the past are never expected: a series whose date has passed is OVERDUE, MISSED or STOPPED.",
  })
  async expectedCashFlows(
    @Root() of: FundPredictionsObject,
    @Ctx() context: PredictionContext,
    @Args(() => ExpectedCashFlowArguments) wanted: ExpectedCashFlowArguments,
  ): Promise<readonly ExpectedCashFlowObject[]> {
    return expectCashFlows(context, of, wanted);
  }
}

function positionOf(after: string | null | undefined): number | null {
  if (after === null || after === undefined) return null;
  const [position] = decodeCursor(after, 1);
  if (typeof position !== "number" || !Number.isSafeInteger(position)) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  return position;
}
