import "reflect-metadata";
import { invalidInput } from "@allfunds/contract/errors";
import {
  CursorScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import type { Pool } from "@allfunds/platform/database";
import type { Connection } from "@allfunds/platform/graphql/types";
import { Arg, Ctx, FieldResolver, Float, Int, Resolver, Root } from "type-graphql";
import type { RequestScope } from "../request-scope.ts";
import { FundPredictionsObject } from "./fund-predictions.ts";
import { listSuggestions, loadSeries } from "./prediction-store.ts";
import type { CategorySuggestionObject } from "./prediction-types.ts";
import {
  CategorySuggestionConnection,
  ExpectedCashFlowObject,
  toExpectedCashFlow,
  toSuggestion,
} from "./prediction-types.ts";
import { expectNext } from "./recurrence.ts";

@Resolver(() => FundPredictionsObject)
export class FundPredictionsResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @FieldResolver(() => CategorySuggestionConnection, {
    description: "Transactions whose category waits for a person, newest first.",
  })
  async awaitingReview(
    @Root() { fundId }: FundPredictionsObject,
    @Ctx() { request }: RequestScope,
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after?: string | null,
  ): Promise<Connection<CategorySuggestionObject>> {
    const size = pageSize(first);
    const page = { fundId, before: positionOf(after), limit: size + 1 };
    const found = await listSuggestions(this.#pool, request.tenantId, page);
    return toConnection(found.map(toSuggestion), {
      first: size,
      after,
      cursorOf: ({ position }) => encodeCursor([position]),
    });
  }

  @FieldResolver(() => [ExpectedCashFlowObject], {
    description: "The next occurrence of each regular cash flow, soonest first.",
  })
  async expectedCashFlows(
    @Root() { fundId }: FundPredictionsObject,
    @Ctx() { request }: RequestScope,
    @Arg("minConfidence", () => Float, {
      defaultValue: 0.5,
      description: "Leave out less certain ones, 0 to 1.",
    })
    minConfidence: number,
  ): Promise<ExpectedCashFlowObject[]> {
    const series = await loadSeries(this.#pool, request.tenantId, fundId);
    return series
      .flatMap((each) => {
        const next = expectNext(each.occurrences, each.asOf);
        return next === undefined || next.confidence < minConfidence
          ? []
          : [toExpectedCashFlow(each, next)];
      })
      .toSorted((a, b) => a.date.localeCompare(b.date) || b.confidence - a.confidence);
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
