import { formatAmount, parseAmount, share } from "@allfunds/contract/money";
import type { ValuationInputs } from "@allfunds/contract/valuation";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { accruedInterest } from "../lots/accrued-interest.ts";
import { LOT_SCALE } from "../lots/lot.ts";
import { parseQuantity } from "../lots/portfolio-fact.ts";
import { readNewestPrices } from "../prices/price-sql.ts";
import { readSecurities } from "../securities/security-sql.ts";
import type { BondTerms } from "../securities/security.ts";
import { readPositions, type HeldPosition } from "../trades/position-sql.ts";
import { spellQuantity } from "./late-posting.ts";
import { strike } from "./strike.ts";
import { toStrikeInput, usedPrice } from "./valuation-inputs.ts";

type ValuedPosition = ValuationInputs["positions"][number];

/** Whose positions to read, and up to where. */
export interface PositionsOf {
  readonly tenantId: string;
  readonly fundId: string;
  readonly navDate: string;
  readonly readAt: number;
  readonly tenantReadAt: number | undefined;
  /** Sources of prices, the preferred one first. */
  readonly priceSources: readonly string[];
  /** Inputs of the valuation published last. */
  readonly last: ValuationInputs | undefined;
}

/** Every position that a fund holds at the end of a day, or held at the last valuation, by ISIN. */
export async function readValuedPositions(
  reads: TenantReads,
  of: PositionsOf,
): Promise<ValuedPosition[]> {
  const { tenantId, fundId, navDate, readAt, tenantReadAt, priceSources, last } = of;
  const book = { tenantId, bookId: fundId };
  const held = await readPositions(reads, book, { asOf: navDate, knownAt: readAt });
  const isins = held.map(({ isin }) => isin);
  const [prices, securities, unsettled] = await Promise.all([
    readNewestPrices(reads, tenantId, isins, {
      fundId,
      asOf: navDate,
      knownAt: tenantReadAt === undefined ? undefined : { tenant: tenantReadAt, fund: readAt },
      sources: priceSources,
    }),
    readSecurities(reads, tenantId, isins),
    readUnsettled(reads, of),
  ]);
  const appreciations = appreciationsOf(last);
  const positions = held.map((position): ValuedPosition => {
    const { isin, currency } = position;
    const { quantity, cost } = quantityAndCost(position);
    const bond = securities.get(isin)?.bond ?? null;
    const interest =
      bond === null
        ? null
        : interestOf(bond, { currency, quantity }, unsettled.get(isin) ?? [], navDate);
    return {
      isin,
      currency,
      quantity,
      cost,
      appreciation: formatAmount(appreciations.get(isin)?.minor ?? 0n, currency),
      price: usedPrice(prices.get(isin), currency),
      interest: interest === null ? null : formatAmount(interest, currency),
    };
  });
  return [...positions, ...soldOff(appreciations, new Set(isins))].toSorted((a, b) =>
    a.isin < b.isin ? -1 : 1,
  );
}

/** Units held less those sold short, and the cost of the former less what the latter brought. */
function quantityAndCost({
  currency,
  lots,
}: HeldPosition): Pick<ValuedPosition, "quantity" | "cost"> {
  let [quantity, costMinor] = [0n, 0n];
  for (const lot of lots) {
    const sign = lot.side === "LONG" ? 1n : -1n;
    quantity += sign * lot.quantity;
    costMinor += sign * lot.costMinor;
  }
  return { quantity: spellQuantity(quantity), cost: formatAmount(costMinor, currency) };
}

interface Appreciation {
  readonly currency: string;
  readonly minor: bigint;
}

/** What valuations have posted so far of value less cost, by ISIN. */
function appreciationsOf(last: ValuationInputs | undefined): Map<string, Appreciation> {
  if (last === undefined) return new Map();
  const costs = new Map(last.positions.map(({ isin, cost }) => [isin, cost]));
  return new Map(
    strike(toStrikeInput(last)).positions.map(({ isin, currency, valueMinor }) => {
      const minor = valueMinor - parseAmount(costs.get(isin) ?? "0", currency);
      return [isin, { currency, minor }];
    }),
  );
}

/** Positions that are gone: what was posted of their appreciation is taken back. */
const soldOff = (
  appreciations: ReadonlyMap<string, Appreciation>,
  held: ReadonlySet<string>,
): ValuedPosition[] =>
  [...appreciations]
    .filter(([isin, { minor }]) => minor !== 0n && !held.has(isin))
    .map(([isin, { currency, minor }]) => ({
      isin,
      currency,
      quantity: "0",
      cost: formatAmount(0n, currency),
      appreciation: formatAmount(minor, currency),
      price: null,
      interest: null,
    }));

type UnsettledAt = Pick<PositionsOf, "tenantId" | "fundId" | "navDate" | "readAt">;

interface UnsettledPurchase {
  readonly isin: string;
  readonly quantity: string;
  /** Interest bought, in the currency of the security. */
  readonly accrued: string;
  /** Units x 10^-18 of it that are held; null of a pool, which does not separate them. */
  readonly left: string | null;
}

// A restatement moves what came late to an earlier day: there its lots are.
const READ_UNSETTLED = `
  SELECT f.isin, e.payload->'fact'->>'quantity' AS quantity, e.payload->'fact'->>'accrued' AS accrued,
    CASE WHEN e.payload->'fact'->>'method' <> 'AVERAGE' THEN (
      SELECT coalesce(sum(l.quantity), 0)::text FROM lot_change l
      WHERE l.tenant_id = $1 AND l.book_id = $2 AND l.isin = f.isin AND l.lot_id = f.fact_id
        AND l.side = 'LONG' AND l.position <= $4
        AND (l.effective_date <= $3 OR l.fact_id = ANY ($5::uuid[]))) END AS left
  FROM portfolio_fact f JOIN event e USING (tenant_id, book_id, position)
  WHERE f.tenant_id = $1 AND f.book_id = $2 AND f.kind = 'BUY' AND f.position <= $4
    AND ((e.payload->'fact'->>'bookedOn')::date <= $3 OR f.fact_id = ANY ($5::uuid[]) OR EXISTS (
      SELECT FROM lot_change l WHERE l.tenant_id = $1 AND l.book_id = $2 AND l.isin = f.isin
        AND l.fact_id = f.fact_id AND l.effective_date <= $3 AND l.position <= $4))
    AND f.due_on > $3
    AND NOT EXISTS (SELECT FROM portfolio_status s WHERE s.tenant_id = f.tenant_id
      AND s.book_id = f.book_id AND s.fact_id = f.fact_id AND s.status = 'CANCELLED' AND s.position <= $4)`;

/** Purchases up to the NAV date, and `late` ones, that settle after it, by ISIN. */
async function readUnsettled(
  reads: TenantReads,
  { tenantId, fundId, navDate, readAt }: UnsettledAt,
  late: readonly string[] = [],
): Promise<Map<string, UnsettledPurchase[]>> {
  const parameters = [tenantId, fundId, navDate, readAt, [...late]] as const;
  const { rows } = await reads.query<UnsettledPurchase>(READ_UNSETTLED, [...parameters]);
  const byIsin = new Map<string, UnsettledPurchase[]>();
  for (const row of rows) byIsin.set(row.isin, [...(byIsin.get(row.isin) ?? []), row]);
  return byIsin;
}

/** Until a purchase settles, the interest of what is held of it stays at what was bought. */
function interestOf(
  bond: BondTerms,
  { currency, quantity: held }: Pick<ValuedPosition, "currency" | "quantity">,
  unsettled: readonly UnsettledPurchase[],
  navDate: string,
): bigint {
  let settled = parseQuantity(held);
  let bought = 0n;
  for (const { quantity, accrued, left } of unsettled) {
    const whole = parseQuantity(quantity);
    const most = settled > 0n ? settled : 0n;
    const part = left === null ? (whole < most ? whole : most) : BigInt(left);
    settled -= part;
    bought += share(parseAmount(accrued, currency), part, whole);
  }
  const nominal = { unscaled: settled, scale: LOT_SCALE };
  return bought + accruedInterest(bond, nominal, currency, navDate);
}

/** The inputs with the interest of these securities as it is with late purchases. */
export async function withInterest(
  reads: TenantReads,
  of: UnsettledAt,
  inputs: ValuationInputs,
  late: { readonly isins: ReadonlySet<string>; readonly factIds: readonly string[] },
): Promise<ValuationInputs> {
  const securities = await readSecurities(reads, of.tenantId, [...late.isins]);
  const unsettled = await readUnsettled(reads, of, late.factIds);
  const due = new Map(inputs.interests.map((one) => [one.currency, one]));
  const positions = inputs.positions.map((position) => {
    const { isin, currency } = position;
    const bond = late.isins.has(isin) ? (securities.get(isin)?.bond ?? null) : null;
    if (bond === null) return position;
    const minor = interestOf(bond, position, unsettled.get(isin) ?? [], of.navDate);
    const before = due.get(currency) ?? zeroInterest(currency);
    const change = minor - parseAmount(position.interest ?? "0", currency);
    const dueMinor = parseAmount(before.due, currency) + change;
    due.set(currency, { ...before, due: formatAmount(dueMinor, currency) });
    return { ...position, interest: formatAmount(minor, currency) };
  });
  const interests = [...due.values()].toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
  return { ...inputs, positions, interests };
}

const zeroInterest = (currency: string): ValuationInputs["interests"][number] => ({
  currency,
  due: formatAmount(0n, currency),
  posted: formatAmount(0n, currency),
});
