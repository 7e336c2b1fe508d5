import { currencyScale, RequiresScopes } from "@allfunds/platform";
import type { DatabaseClient, Follower, Pool } from "@allfunds/platform";
import { Arg, Ctx, Directive, FieldResolver, Int, Resolver, Root } from "type-graphql";
import { AccountEntity } from "../accounts/account-entity.ts";
import { readAccount, readMonthEndBalances } from "../accounts/account-figures.ts";
import { readFund } from "../funds/read-fund.ts";
import type { MetricsContext } from "../metrics-context.ts";
import { utcDate } from "../series/calendar.ts";
import { readSnapshot } from "../series/read-snapshot.ts";
import { ForecastObject, makeForecast } from "./forecast-object.ts";
import { DEFAULT_HORIZON, HORIZON_DESCRIPTION, requireHorizon } from "./horizon.ts";
import { completeMonths } from "./monthly-history.ts";
import type { MonthlySeries } from "./monthly-series.ts";

@Resolver(() => AccountEntity)
export class AccountForecastResolver {
  readonly #pool: Pool;
  readonly #follower: Pick<Follower, "waitFor">;

  constructor(pool: Pool, follower: Pick<Follower, "waitFor">) {
    this.#pool = pool;
    this.#follower = follower;
  }

  @Directive('@requires(fields: "fund { id position }")')
  @RequiresScopes("metrics:read")
  @FieldResolver(() => ForecastObject, {
    nullable: true,
    description:
      "The account's month-end balance continued, on its normal side; INSUFFICIENT_DATA when the history is too short.",
  })
  async forecast(
    @Root() account: AccountEntity,
    @Arg("horizon", () => Int, { defaultValue: DEFAULT_HORIZON, description: HORIZON_DESCRIPTION })
    horizon: number,
    @Ctx() { request }: MetricsContext,
  ): Promise<ForecastObject> {
    requireHorizon(horizon);
    await this.#follower.waitFor(account.fund.id, account.fund.position);
    const { tenantId, now } = request;
    const series = await readSnapshot(this.#pool, (client) =>
      readAccountSeries(client, tenantId, account.id, utcDate(now)),
    );
    return makeForecast(series, horizon, now);
  }
}

async function readAccountSeries(
  client: DatabaseClient,
  tenantId: string,
  accountId: string,
  today: string,
): Promise<MonthlySeries> {
  const account = await readAccount(client, tenantId, accountId);
  const { activity } = await readFund(client, tenantId, account.fundId, today);
  const months = activity === null ? [] : completeMonths(activity, today);
  return {
    metric: "BALANCE",
    currency: account.currency,
    scale: currencyScale(account.currency),
    months,
    values: await readMonthEndBalances(client, tenantId, account, months),
    nonNegative: false,
  };
}
