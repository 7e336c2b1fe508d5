import "reflect-metadata";
import { invalidInput } from "@allfunds/contract/errors";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { DateScalar } from "@allfunds/platform/graphql/types";
import type { Pool } from "@allfunds/platform/database";
import { Arg, Ctx, Directive, FieldResolver, Resolver, Root } from "type-graphql";
import { FundEntity } from "../entities.ts";
import type { RequestScope } from "../request-scope.ts";
import { FundPredictionsObject } from "./fund-predictions.ts";
import { totalsByCategory } from "./prediction-store.ts";
import { CategorySpendingObject, toCategorySpending } from "./prediction-types.ts";

@Resolver(() => FundEntity)
export class PredictionResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("analytics:read")
  @FieldResolver(() => FundPredictionsObject, {
    nullable: true,
    description: "What is expected next; waits up to 1.5 s for the last position.",
  })
  async predictions(
    @Root() { id, position }: FundEntity,
    @Ctx() { awaitFund }: RequestScope,
  ): Promise<FundPredictionsObject> {
    await awaitFund(id, position);
    return { fundId: id, position };
  }

  @Directive('@requires(fields: "position")')
  @RequiresScopes("analytics:read")
  @FieldResolver(() => [CategorySpendingObject], {
    nullable: true,
    description:
      "Received and paid per category and currency, largest payments first; waits like `predictions`.",
  })
  async spendingByCategory(
    @Root() { id, position }: FundEntity,
    @Ctx() { request, awaitFund }: RequestScope,
    @Arg("from", () => DateScalar, {
      nullable: true,
      description: "First effective date, included.",
    })
    from?: string | null,
    @Arg("to", () => DateScalar, { nullable: true, description: "Last effective date, included." })
    to?: string | null,
  ): Promise<CategorySpendingObject[]> {
    if (from && to && from > to) throw invalidInput("from", "must not be after `to`");
    await awaitFund(id, position);
    const span = { fundId: id, from: from ?? null, to: to ?? null };
    return (await totalsByCategory(this.#pool, request.tenantId, span)).map(toCategorySpending);
  }
}
