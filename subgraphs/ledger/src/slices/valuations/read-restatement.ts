import { AppError } from "@allfunds/contract/errors";
import type { FundTerms } from "@allfunds/contract/fund-administration";
import type { NavCalculated, ValuationInputs } from "@allfunds/contract/valuation";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { readNewestPrices } from "../prices/price-sql.ts";
import { isMissingOn, withLatePostings, type LatePosting } from "./late-posting.ts";
import { readRates, type ValuedFund } from "./read-inputs.ts";
import { readLatePostings, readNavBefore } from "./read-late-postings.ts";
import { withInterest } from "./read-positions.ts";
import { usedPrice } from "./valuation-inputs.ts";
import type { DealtOrder, PublishedStrike } from "./restatement.ts";

interface PublishedRow {
  readonly id: string;
  readonly navDate: string;
  readonly supersedes: string | null;
  readonly payload: NavCalculated;
  readonly terms: string;
}

const READ_PUBLISHED = `
  SELECT v.id, v.nav_date::text AS "navDate", v.supersedes, e.payload, (
    SELECT terms FROM fund_terms t
    WHERE t.tenant_id = $1 AND t.book_id = $2 AND t.effective_from <= v.nav_date
    ORDER BY t.effective_from DESC LIMIT 1) AS terms
  FROM valuation v JOIN event e USING (tenant_id, book_id, position)
  WHERE v.tenant_id = $1 AND v.book_id = $2 AND v.status = 'PUBLISHED' AND v.nav_date >= $3
  ORDER BY v.nav_date`;

const READ_DEALT = `
  SELECT valuation_id AS "valuationId", id, class_id AS "classId", account_id AS "accountId",
    kind = 'SUBSCRIPTION' OR leg = 'IN' AS "isSubscription", dealt_units::text AS units,
    (dealt_amount - CASE WHEN kind = 'SUBSCRIPTION' THEN charge ELSE 0 END)::text AS net
  FROM investor_order
  WHERE tenant_id = $1 AND book_id = $2 AND valuation_id = ANY ($3::uuid[])
    AND status IN ('DEALT', 'PARTLY_SETTLED', 'SETTLED') AND kind <> 'TRANSFER'
  ORDER BY position`;

interface DealtRow extends Pick<DealtOrder, "classId" | "accountId" | "isSubscription"> {
  readonly valuationId: string;
  readonly id: string;
  readonly units: string;
  readonly net: string;
}

/** A published NAV to recompute, and the day it is of. */
interface DatedStrike extends PublishedStrike {
  readonly navDate: string;
}

/** Published NAVs to recompute, and what came late for them. */
interface PublishedStrikes {
  readonly strikes: readonly DatedStrike[];
  readonly late: readonly LatePosting[];
}

/** Every published NAV from a date on, with the prices and rates of its day as they are known now. */
export async function readPublishedStrikes(
  reads: TenantReads,
  fund: Omit<ValuedFund, "navDate">,
  from: string,
): Promise<PublishedStrikes> {
  const { tenantId, fundId } = fund;
  const { rows } = await reads.query<PublishedRow>(READ_PUBLISHED, [tenantId, fundId, from]);
  const navBefore = await readNavBefore(reads, tenantId, fundId, from);
  const late = await readLatePostings(reads, fund, navBefore);
  const ids = rows.map(({ id }) => id);
  const dealt = await reads.query<DealtRow>(READ_DEALT, [tenantId, fundId, ids]);
  refuseTwice(rows);
  const strikes: DatedStrike[] = [];
  for (const [index, row] of rows.entries()) {
    const { navDate, id, payload } = row;
    const since = rows[index - 1]?.navDate ?? navBefore;
    const corrected = await correct(reads, { ...fund, navDate }, payload.inputs, late, since);
    const orders = dealt.rows.filter(({ valuationId }) => valuationId === id).map(toOrder);
    const market = await readMarket(reads, { ...fund, navDate }, corrected, row.terms);
    const { inputs } = payload;
    strikes.push({ valuationId: id, navDate, inputs, corrected, orders, ...market });
  }
  const last = rows.at(-1)?.navDate ?? from;
  return { strikes, late: late.filter(({ to }) => to <= last) };
}

/** What a NAV rests on with what came late for it. */
async function correct(
  reads: TenantReads,
  fund: ValuedFund,
  old: ValuationInputs,
  late: readonly LatePosting[],
  since: string | null,
): Promise<ValuationInputs> {
  const { navDate } = fund;
  const inputs = withLatePostings(old, late, { navDate, since });
  const missing = late.filter((posting) => isMissingOn(posting, navDate));
  if (missing.length === 0) return inputs;
  const isins = new Set(missing.flatMap(({ lots }) => lots.map(({ isin }) => isin)));
  const factIds = missing.map(({ factId }) => factId);
  return withInterest(reads, fund, inputs, { isins, factIds });
}

/** What orders got by an earlier restatement would have to be taken into account. */
function refuseTwice(rows: readonly PublishedRow[]): void {
  const again = rows.find(({ supersedes }) => supersedes !== null);
  if (again === undefined) return;
  throw new AppError("NAV_PUBLISHED", `The NAV of ${again.navDate} was restated before.`);
}

const toOrder = ({ id: orderId, units, net, ...row }: DealtRow): DealtOrder => ({
  orderId,
  classId: row.classId,
  accountId: row.accountId,
  isSubscription: row.isSubscription,
  units: BigInt(units),
  netMinor: BigInt(net),
});

async function readMarket(
  reads: TenantReads,
  fund: ValuedFund,
  inputs: ValuationInputs,
  terms: string,
): Promise<Pick<PublishedStrike, "prices" | "rates">> {
  const { tenantId, fundId, navDate, readAt, tenantReadAt } = fund;
  const present = JSON.parse(terms) as FundTerms;
  const held = inputs.positions.filter(({ quantity }) => quantity !== "0");
  const newest = await readNewestPrices(
    reads,
    tenantId,
    held.map(({ isin }) => isin),
    {
      fundId,
      asOf: navDate,
      knownAt: tenantReadAt === undefined ? undefined : { tenant: tenantReadAt, fund: readAt },
      sources: present.priceSources,
    },
  );
  const prices = new Map(
    held.map(({ isin, currency }) => [isin, usedPrice(newest.get(isin), currency)] as const),
  );
  const currencies = [...inputs.rates, ...inputs.exchanges, ...inputs.positions].map(
    ({ currency }) => currency,
  );
  const rates = await readRates(reads, fund, present, [...new Set(currencies)].toSorted());
  return { prices, rates };
}
