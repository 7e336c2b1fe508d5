import type { TenantReads } from "@allfunds/platform/tenancy";
import type { ExpectedCashFlowObject } from "./expectation-graphql.ts";
import { loadExpectations } from "./expectation-store.ts";
import type { StoredSeries } from "./expectation-store.ts";

/** A fund's series take about 60 kB: those of the funds that were requested last are kept. */
const MOST_FUNDS = 64;
const MOST_ANSWERS = 4;
/** A day begins in each zone at a quarter of an hour. */
const QUARTER_MS = 15 * 60_000;

interface KeptFund {
  readonly version: string;
  readonly series: readonly StoredSeries[];
  /** What was made of them, by how it was made; the newest last. */
  readonly answers: Map<string, readonly ExpectedCashFlowObject[]>;
}

/** Which expectations of a fund are wanted; `version` names what the database holds of them, as the caller sees it. */
export interface WantedExpectations {
  readonly tenantId: string;
  readonly fundId: string;
  readonly version: string;
}

/** Makes an answer of the stored series. */
type Make = (series: readonly StoredSeries[]) => ExpectedCashFlowObject[];

/** The series of funds and what was answered of them, for as long as the database holds the same. */
export class KeptExpectations {
  readonly #funds = new Map<string, KeptFund>();

  /** The answer that `make` gives at an instant; `how` is all else that it depends on. */
  async answer(
    reads: TenantReads,
    wanted: WantedExpectations,
    { now, how }: { readonly now: Date; readonly how: unknown },
    make: Make,
  ): Promise<readonly ExpectedCashFlowObject[]> {
    const { series, answers } = await this.#fund(reads, wanted);
    const key = JSON.stringify([Math.floor(now.getTime() / QUARTER_MS), how]);
    const kept = answers.get(key) ?? make(series);
    renew(answers, key, kept, MOST_ANSWERS);
    return kept;
  }

  async #fund(
    reads: TenantReads,
    { tenantId, fundId, version }: WantedExpectations,
  ): Promise<KeptFund> {
    const key = `${tenantId} ${fundId}`;
    let fund = this.#funds.get(key);
    if (fund?.version !== version) {
      const series = await loadExpectations(reads, tenantId, fundId);
      fund = { version, series, answers: new Map() };
    }
    renew(this.#funds, key, fund, MOST_FUNDS);
    return fund;
  }
}

/** Puts an entry last and deletes those that were used longest ago. */
function renew<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}
