import type { IncomingHttpHeaders } from "node:http";
import { AppError } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import { StandInAccounts } from "./accounts.fixture.ts";
import { analyze, predictions } from "./analytics.fixture.ts";
import { StandInHolds } from "./holds.fixture.ts";
import { forecast, MONEY, RATIO, UNAVAILABLE } from "./metrics.fixture.ts";
import { pageOf, type PageArgs } from "./page.fixture.ts";
import { StandInPeriods } from "./periods.fixture.ts";
import { StandInProposals } from "./proposals.fixture.ts";
import { FUND, INSTRUMENT } from "./sample-values.fixture.ts";
import { StandInTransactions } from "./transactions.fixture.ts";

/** A graph with one fund, two accounts and the rules of posting that a client can break. */
export class StandInGraph {
  readonly seen: { context: RequestContext; field: string; input: unknown }[] = [];
  /** The headers of every request for an operation. */
  readonly received: IncomingHttpHeaders[] = [];
  /** Thrown by the next answers until taken back. */
  failure: Error | undefined;
  delayMs = 0;
  readonly #proposals = new StandInProposals();
  readonly #periods = new StandInPeriods();
  readonly #transactions = new StandInTransactions(
    (id) => this.#accounts.find(id),
    () => this.#proposals.propose("maker"),
  );
  readonly #holds = new StandInHolds(
    (id) => this.#accounts.find(id),
    (posting) => this.#transactions.store(posting),
  );
  readonly #accounts: StandInAccounts = new StandInAccounts(
    (accountId) => this.#holds.on(accountId),
    (posting) => this.#transactions.store(posting),
  );

  readonly #fields: Readonly<Record<string, (args: never) => unknown>> = {
    fund: ({ id }: { id: string }) => (id === FUND ? this.#fund() : null),
    instrument: ({ id }: { id: string }) =>
      id === INSTRUMENT
        ? { currency: "USD", metrics: { to: "2020-12-31", values: [RATIO] } }
        : null,
    analyze,
    ...this.#accounts.fields,
    ...this.#transactions.fields,
    ...this.#holds.fields,
    ...this.#periods.fields,
    ...this.#proposals.fields,
  };

  get stored(): number {
    return this.#transactions.all.length;
  }

  /** Notes that a root field was asked, then fails as told or answers. */
  async answer(field: string, args: object, context: RequestContext): Promise<unknown> {
    const answer = this.#fields[field];
    if (answer === undefined) throw new Error(`the stand-in has no ${field}`);
    this.seen.push({ context, field, input: "input" in args ? args.input : args });
    await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    if (this.failure !== undefined) throw this.failure;
    return answer(args as never);
  }

  #fund() {
    return {
      id: FUND,
      currency: "EUR",
      periods: (page: PageArgs) => pageOf(this.#periods.all, page),
      metrics: { asOf: "2026-06-30", position: 3, values: [MONEY, UNAVAILABLE] },
      forecast: ({ metric }: { metric: string }) => forecast(metric),
      predictions: () => {
        const [first] = this.#transactions.all;
        if (first === undefined) throw new AppError("CONSISTENCY_TIMEOUT", "Not there yet.");
        return predictions(first.id);
      },
    };
  }
}
