import type { TenantReads } from "@allfunds/platform/tenancy";
import { FOLLOWER_NAME } from "../feed/read-model.ts";
import { RATES_POSITION } from "../exchange-rates/recorded-rates-sql.ts";
import type { FundFigures } from "./fund-figures.ts";
import { readFundFigures } from "./fund-figures-sql.ts";

/** Most funds whose figures are kept, a few kilobytes each. */
const MOST_KEPT = 2_000;

// Through the table of funds, because its rows show which of them the caller may see.
const SELECT_POSITIONS = `
  SELECT fund.fund_id AS "fundId", coalesce(reached.position, 0)::float8 AS position,
    ${RATES_POSITION} AS "ratesPosition"
  FROM fund
  LEFT JOIN feed_book_position AS reached
    ON reached.tenant_id = fund.tenant_id AND reached.fund_id = fund.fund_id
    AND reached.follower = $3
  WHERE fund.tenant_id = $1 AND fund.fund_id = ANY($2::uuid[])`;

/** Which figures of funds are read. */
export interface FiguresRequest {
  readonly tenantId: string;
  readonly fundIds: readonly string[];
  readonly today: string;
  /** The currency of the reader; null for each fund's own. */
  readonly reader: string | null;
}

/**
 * Figures of funds as they were read, each for as long as its book stays at the position that they include and
 * no exchange rates are recorded: then a page of funds is one look at their positions. What it returns must stay
 * as it is.
 */
export class KeptFigures {
  /** Used last comes last. */
  readonly #kept = new Map<string, FundFigures>();

  /** By fund; funds that are not followed, or that the caller may not see, are absent. */
  async read(reads: TenantReads, request: FiguresRequest): Promise<Map<string, FundFigures>> {
    const { tenantId, fundIds, today, reader } = request;
    const keyOf = (fundId: string): string => `${tenantId} ${fundId} ${today} ${reader ?? ""}`;
    const found = new Map<string, FundFigures>();
    for (const { fundId, ...positions } of await positionsOf(reads, tenantId, fundIds)) {
      const kept = this.#kept.get(keyOf(fundId));
      if (kept === undefined || !isAt(kept, positions)) continue;
      found.set(fundId, kept);
      this.#keep(keyOf(fundId), kept);
    }
    const others = fundIds.filter((fundId) => !found.has(fundId));
    if (others.length === 0) return found;
    for (const [fundId, figures] of await readFundFigures(reads, tenantId, others, today, reader)) {
      found.set(fundId, figures);
      this.#keep(keyOf(fundId), figures);
    }
    return found;
  }

  #keep(key: string, figures: FundFigures): void {
    this.#kept.delete(key);
    this.#kept.set(key, figures);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) return;
      this.#kept.delete(oldest);
    }
  }
}

type Positions = Pick<FundFigures, "position" | "ratesPosition">;

const isAt = (figures: Positions, { position, ratesPosition }: Positions): boolean =>
  figures.position === position && figures.ratesPosition === ratesPosition;

async function positionsOf(
  reads: TenantReads,
  tenantId: string,
  fundIds: readonly string[],
): Promise<(Positions & { fundId: string })[]> {
  const values = [tenantId, fundIds, FOLLOWER_NAME] as const;
  const { rows } = await reads.query<Positions & { fundId: string }>(SELECT_POSITIONS, values, {
    prepared: true,
  });
  return rows;
}
