import { parseAmount, parseDecimal } from "@allfunds/contract/money";
import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { readPositions } from "../trades/position-sql.ts";
import { LotObject, toPositionObject, type PositionObject } from "../trades/trade-object.ts";
import type { ValuationObject } from "./valuation-object.ts";
import { ValuationPositionObject } from "./valued-position-object.ts";

/** The lots that positions of a page rest on, by ISIN. */
type Lots = ReadonlyMap<string, readonly LotObject[]>;

/** Reads the lots of a page of positions once, when the first of them is wanted. */
export function withLots(
  { fundId, navDate, readAt }: Pick<ValuationObject, "fundId" | "navDate" | "readAt">,
  page: readonly ValuationPositionObject[],
): void {
  let lots: Promise<Lots> | undefined;
  const readLots = (context: LedgerContext): Promise<Lots> => {
    lots ??= lotsOf(context, { fundId, navDate, readAt }, page);
    return lots;
  };
  for (const position of page) position.readLots = readLots;
}

/** As the valuation read them, else, where a restatement moved them to their own days, as they stand now. */
async function lotsOf(
  { stores, request }: LedgerContext,
  { fundId, navDate, readAt }: Pick<ValuationObject, "fundId" | "navDate" | "readAt">,
  page: readonly ValuationPositionObject[],
): Promise<Lots> {
  const book = { tenantId: request.tenantId, bookId: fundId };
  const lots = new Map<string, readonly LotObject[]>();
  for (const knownAt of [readAt, null]) {
    const open = page.filter(({ isin }) => !lots.has(isin));
    if (open.length === 0) break;
    const isins = open.map(({ isin }) => isin);
    const held = await readPositions(stores.pool, book, { asOf: navDate, knownAt }, { isins });
    const found = new Map(held.map((each) => [each.isin, toPositionObject(each)]));
    for (const position of open) {
      const of = found.get(position.isin);
      if (sumsTo(of, position)) lots.set(position.isin, of?.lots ?? []);
    }
  }
  return lots;
}

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [parseDecimal(one), parseDecimal(other)];
  return a.unscaled * 10n ** BigInt(b.scale) === b.unscaled * 10n ** BigInt(a.scale);
};

/** True when lots come to the units and the cost that were valued. */
function sumsTo(
  held: PositionObject | undefined,
  { quantity, cost }: ValuationPositionObject,
): boolean {
  if (held === undefined) return isSame(quantity, "0");
  const { amount, currency } = cost;
  return (
    isSame(held.quantity, quantity) &&
    parseAmount(held.cost.amount, currency) === parseAmount(amount, currency)
  );
}

@Resolver(() => ValuationPositionObject)
export class ValuationPositionResolver {
  @FieldResolver(() => [LotObject], {
    nullable: true,
    description:
      "The lots that it rests on: they come to its units and its cost. Null in the preview of a restatement for what came late, until its lots are moved to their own days.",
  })
  async lots(
    @Root() { isin, readLots }: ValuationPositionObject,
    @Ctx() context: LedgerContext,
  ): Promise<readonly LotObject[] | null> {
    return (await readLots(context)).get(isin) ?? null;
  }
}
