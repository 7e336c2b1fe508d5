import type { FundTerms } from "@allfunds/contract/fund-administration";
import type { Compensation, NavCalculated, ValuationInputs } from "@allfunds/contract/valuation";
import { PARITY, parseDecimal } from "@allfunds/contract/money";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { classTermsOn, type ShareClassRow } from "../share-classes/share-class.ts";
import { readNewestPrices } from "../prices/price-sql.ts";
import { isMissingOn, withLatePostings, type LatePosting } from "./late-posting.ts";
import {
  readLastPublished,
  readRates,
  type PublishedValuation,
  type ValuedFund,
} from "./read-inputs.ts";
import { readLatePostings } from "./read-late-postings.ts";
import { withInterest } from "./read-positions.ts";
import { usedPrice } from "./valuation-inputs.ts";
import { madeWith, NOTHING_MADE, type DealtOrder, type Made } from "./compensation.ts";
import type { PublishedStrike } from "./restatement.ts";

interface PublishedRow {
  readonly id: string;
  readonly navDate: string;
  readonly payload: NavCalculated;
  readonly terms: string;
}

const READ_PUBLISHED = `
  SELECT v.id, v.nav_date::text AS "navDate", e.payload, (
    SELECT terms FROM fund_terms t
    WHERE t.tenant_id = $1 AND t.book_id = $2 AND t.effective_from <= v.nav_date
    ORDER BY t.effective_from DESC LIMIT 1) AS terms
  FROM valuation v JOIN event e USING (tenant_id, book_id, position)
  WHERE v.tenant_id = $1 AND v.book_id = $2 AND v.status = 'PUBLISHED' AND v.nav_date >= $3
  ORDER BY v.nav_date`;

// Of the valuation that dealt them, which a restatement may have superseded since. The rate is the one dealt at.
const READ_DEALT = `
  WITH dealt AS MATERIALIZED (
    SELECT (payload->>'orderId')::uuid AS id, payload->'rate' AS rate FROM event
    WHERE tenant_id = $1 AND book_id = $2 AND type = 'OrderDealt')
  SELECT v.nav_date::text AS "dealingDate", o.id AS "orderId", o.class_id AS "classId",
    o.account_id AS "accountId", o.kind = 'SUBSCRIPTION' OR o.leg = 'IN' AS "isSubscription",
    o.kind = 'SWITCH' AS "isSwitch", o.price, dealt.rate, o.dealt_units::text AS units,
    o.dealt_amount::text AS amount, o.charge::text, c.terms AS "classTerms"
  FROM valuation v JOIN investor_order o USING (tenant_id, book_id)
  JOIN dealt ON dealt.id = o.id
  JOIN share_class c ON c.tenant_id = o.tenant_id AND c.id = o.class_id
  WHERE v.tenant_id = $1 AND v.book_id = $2 AND v.nav_date >= $3 AND o.valuation_id = v.id
    AND o.status IN ('DEALT', 'PARTLY_SETTLED', 'SETTLED') AND o.kind <> 'TRANSFER'
  ORDER BY o.position`;

type DealtFields =
  | "dealingDate"
  | "orderId"
  | "classId"
  | "accountId"
  | "isSubscription"
  | "isSwitch"
  | "price";

interface DealtRow extends Pick<DealtOrder, DealtFields> {
  readonly rate: { readonly units: string; readonly per: string } | null;
  readonly units: string;
  readonly amount: string;
  readonly charge: string;
  readonly classTerms: string;
}

const READ_COMPENSATIONS = `
  SELECT v.compensations FROM valuation v
  WHERE v.tenant_id = $1 AND v.book_id = $2 AND v.nav_date >= $3 AND v.supersedes IS NOT NULL
    AND v.status IN ('PUBLISHED', 'SUPERSEDED')`;

/** What published restatements compensated the orders of these days with, by order. */
async function readMade(
  reads: TenantReads,
  { tenantId, fundId, baseCurrency }: Omit<ValuedFund, "navDate">,
  from: string,
): Promise<Map<string, Made>> {
  const parameters = [tenantId, fundId, from] as const;
  const { rows } = await reads.query<{ compensations: string }>(READ_COMPENSATIONS, [
    ...parameters,
  ]);
  const made = new Map<string, Made>();
  for (const one of rows.flatMap(
    ({ compensations }) => JSON.parse(compensations) as Compensation[],
  )) {
    made.set(one.orderId, madeWith(made.get(one.orderId) ?? NOTHING_MADE, one, baseCurrency));
  }
  return made;
}

/** A published NAV to recompute, and the day it is of. */
interface DatedStrike extends PublishedStrike {
  readonly navDate: string;
  /** As they are of that day. */
  readonly terms: FundTerms;
}

/** Published NAVs to recompute, and what came late for them. */
interface PublishedStrikes {
  readonly strikes: readonly DatedStrike[];
  /** The NAV before them, which stays. */
  readonly before: PublishedValuation | undefined;
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
  const before = await readLastPublished(reads, { tenantId, fundId, navDate: from });
  const navBefore = before?.navDate ?? null;
  const late = await readLatePostings(reads, fund, navBefore);
  const dealt = await reads.query<DealtRow>(READ_DEALT, [tenantId, fundId, from]);
  const made = await readMade(reads, fund, from);
  const strikes: DatedStrike[] = [];
  for (const [index, row] of rows.entries()) {
    const { navDate, id, payload } = row;
    const terms = JSON.parse(row.terms) as FundTerms;
    const since = rows[index - 1]?.navDate ?? navBefore;
    const corrected = await correct(reads, { ...fund, navDate }, payload.inputs, late, since);
    const orders = dealt.rows
      .filter(({ dealingDate }) => dealingDate === navDate)
      .map((each) => toOrder(each, terms, made.get(each.orderId)));
    const market = await readMarket(reads, { ...fund, navDate }, corrected, terms);
    const { inputs } = payload;
    strikes.push({ valuationId: id, navDate, terms, inputs, corrected, orders, ...market });
  }
  const last = rows.at(-1)?.navDate ?? from;
  return { strikes, before, late: late.filter(({ to }) => to <= last) };
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

function toOrder(
  { units, amount, charge, rate, classTerms, ...row }: DealtRow,
  { unitRounding, amountRounding }: FundTerms,
  made: Made = NOTHING_MADE,
): DealtOrder {
  const [amountMinor, chargeMinor] = [BigInt(amount), BigInt(charge)];
  const terms = JSON.parse(classTerms) as ShareClassRow["terms"];
  const { to } = classTermsOn({ terms }, row.dealingDate).entryCharge;
  const isKept = !row.isSubscription || to === "CLASS";
  return {
    ...row,
    units: BigInt(units),
    netMinor: row.isSubscription ? amountMinor - chargeMinor : amountMinor,
    keptMinor: isKept ? chargeMinor : 0n,
    rate: rate === null ? PARITY : { units: parseDecimal(rate.units), per: parseDecimal(rate.per) },
    unitRounding,
    amountRounding,
    made,
  };
}

async function readMarket(
  reads: TenantReads,
  fund: ValuedFund,
  inputs: ValuationInputs,
  present: FundTerms,
): Promise<Pick<PublishedStrike, "prices" | "rates">> {
  const { tenantId, fundId, navDate, readAt, tenantReadAt } = fund;
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
