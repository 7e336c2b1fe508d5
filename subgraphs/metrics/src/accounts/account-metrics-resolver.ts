import { RequiresScopes } from "@allfunds/platform/graphql";
import type { Pool } from "@allfunds/platform/database";
import { Arg, Ctx, Directive, FieldResolver, Resolver, Root } from "type-graphql";
import { MetricObject, toMetricObject } from "../metric/metric-object.ts";
import { selectMetrics } from "../metric/select-metrics.ts";
import type { MetricsContext } from "../metrics-context.ts";
import { readSnapshot } from "../series/read-snapshot.ts";
import { AccountEntity } from "./account-entity.ts";
import { readAccountFigures } from "./account-figures.ts";
import { AccountMetricsObject, toAccountMetricsObject } from "./account-metrics-object.ts";

@Resolver(() => AccountEntity)
export class AccountMetricsResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @Directive('@requires(fields: "fund { id position }")')
  @RequiresScopes("metrics:read")
  @FieldResolver(() => AccountMetricsObject, {
    nullable: true,
    description:
      "Balance and movements. Waits up to 1.5 s for the book position, then fails with CONSISTENCY_TIMEOUT.",
  })
  async metrics(
    @Root() account: AccountEntity,
    @Ctx() { request, awaitFund }: MetricsContext,
  ): Promise<AccountMetricsObject> {
    await awaitFund(account.fund);
    const figures = await readSnapshot(this.#pool, (client) =>
      readAccountFigures(client, request, account.id),
    );
    return toAccountMetricsObject(figures);
  }
}

@Resolver(() => AccountMetricsObject)
export class AccountMetricValuesResolver {
  @FieldResolver(() => [MetricObject], {
    description: "The figures with their method; all of them unless `names` are given.",
  })
  values(
    @Root() { metrics }: AccountMetricsObject,
    @Arg("names", () => [String], {
      nullable: true,
      description: "balance, debits30d, credits30d, netChange30d",
    })
    names: string[] | null | undefined,
  ): MetricObject[] {
    return selectMetrics(metrics, names).map(toMetricObject);
  }
}
