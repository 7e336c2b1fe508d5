import { AppError } from "@allfunds/contract/errors";
import { share } from "@allfunds/contract/money";

/** Which lots a disposal takes. */
export type LotMethod = "FIFO" | "LIFO" | "HIFO" | "AVERAGE" | "SPECIFIC";

/** Quantities of lots have this many decimals, so that a split of any ratio loses nothing that counts. */
export const LOT_SCALE = 18;

export type Side = "LONG" | "SHORT";

/** Part of a position that was opened at once. Under AVERAGE a position has one lot, its pool. */
export interface Lot {
  /** The trade that opened it, of a pool the first one. */
  readonly id: string;
  readonly side: Side;
  /** Trade date on which it was opened; splits and spin-offs leave it. */
  readonly date: string;
  /** Units x 10^-18, above zero. */
  readonly quantity: bigint;
  /** What it cost, of a short lot what it brought: minor units of the security's currency. */
  readonly costMinor: bigint;
  /** The same in the fund's base currency, at the rates of the days it was opened. */
  readonly baseCostMinor: bigint;
}

/** What a lot gives up. */
export interface LotPart {
  readonly lotId: string;
  readonly quantity: bigint;
  readonly costMinor: bigint;
  readonly baseCostMinor: bigint;
}

/** Lots of one security in the order they were opened. */
export type Lots = readonly Lot[];

/** A choice of lots by the caller, for SPECIFIC. */
export interface NamedPart {
  readonly lotId: string;
  readonly quantity: bigint;
}

interface Taken {
  readonly parts: readonly LotPart[];
  readonly left: Lots;
}

export const quantityOf = (lots: Lots, side: Side): bigint =>
  lots.reduce((sum, lot) => (lot.side === side ? sum + lot.quantity : sum), 0n);

/** Units held, less those sold short. */
export const netQuantity = (lots: Lots): bigint =>
  quantityOf(lots, "LONG") - quantityOf(lots, "SHORT");

/** What the cost account has: cost of the long lots, less what the short ones brought. */
export const netCost = (lots: Lots): bigint =>
  lots.reduce((sum, { side, costMinor }) => sum + (side === "LONG" ? costMinor : -costMinor), 0n);

/** Adds a lot behind the others; under AVERAGE into the pool of its side. */
export function addLot(lots: Lots, lot: Lot, method: LotMethod): Lots {
  const pool = method === "AVERAGE" ? lots.find(({ side }) => side === lot.side) : undefined;
  if (pool === undefined) return [...lots, lot];
  const larger: Lot = {
    ...pool,
    quantity: pool.quantity + lot.quantity,
    costMinor: pool.costMinor + lot.costMinor,
    baseCostMinor: pool.baseCostMinor + lot.baseCostMinor,
  };
  return lots.map((each) => (each === pool ? larger : each));
}

/**
 * Takes a quantity from the lots of a side by the method: LOTS_EXCEEDED when they hold less. A part of a lot takes
 * cost x quantity / lot quantity, HALF_UP, and the rest stays; the last part takes all.
 */
export function takeLots(
  lots: Lots,
  side: Side,
  quantity: bigint,
  method: LotMethod,
  named: readonly NamedPart[] = [],
): Taken {
  const held = quantityOf(lots, side);
  if (held < quantity) throw exceeded(side === "LONG" ? "held" : "sold short");
  const wanted = method === "SPECIFIC" ? named : inOrder(lots, side, quantity, method);
  const parts = new Map<string, LotPart>();
  for (const { lotId, quantity: part } of wanted) {
    const lot = lots.find(({ id, side: of }) => id === lotId && of === side);
    if (lot === undefined || part > lot.quantity || part <= 0n || parts.has(lotId)) {
      throw exceeded(`in the lot ${lotId.slice(0, 40)}`);
    }
    parts.set(lotId, partOf(lot, part));
  }
  const sum = [...parts.values()].reduce((all, part) => all + part.quantity, 0n);
  if (sum !== quantity) throw exceeded("in the lots that were named");
  return { parts: [...parts.values()], left: without(lots, side, parts) };
}

const exceeded = (where: string): AppError =>
  new AppError("LOTS_EXCEEDED", `There are not as many units ${where}.`, {
    violations: [{ path: "quantity", message: `is not what is ${where}` }],
  });

/** Which lots give how much, by the method. */
function inOrder(lots: Lots, side: Side, quantity: bigint, method: LotMethod): NamedPart[] {
  const order = lots.filter((lot) => lot.side === side);
  if (method === "LIFO") order.reverse();
  if (method === "HIFO") order.sort(byUnitCost);
  const parts: NamedPart[] = [];
  let open = quantity;
  for (const lot of order) {
    if (open === 0n) break;
    const part = lot.quantity < open ? lot.quantity : open;
    parts.push({ lotId: lot.id, quantity: part });
    open -= part;
  }
  return parts;
}

/** The highest cost a unit first; equal ones stay in the order they were opened. */
function byUnitCost(a: Lot, b: Lot): number {
  const difference = b.costMinor * a.quantity - a.costMinor * b.quantity;
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
}

const partOf = (lot: Lot, quantity: bigint): LotPart => ({
  lotId: lot.id,
  quantity,
  costMinor: share(lot.costMinor, quantity, lot.quantity),
  baseCostMinor: share(lot.baseCostMinor, quantity, lot.quantity),
});

const without = (lots: Lots, side: Side, parts: ReadonlyMap<string, LotPart>): Lots =>
  lots.flatMap((lot) => {
    const part = lot.side === side ? parts.get(lot.id) : undefined;
    if (part === undefined) return [lot];
    if (part.quantity === lot.quantity) return [];
    return [
      {
        ...lot,
        quantity: lot.quantity - part.quantity,
        costMinor: lot.costMinor - part.costMinor,
        baseCostMinor: lot.baseCostMinor - part.baseCostMinor,
      },
    ];
  });

/** Puts lots of a trade date among those of other days: by date, behind those of the same day. */
export function insertByDate(lots: Lots, lot: Lot, method: LotMethod): Lots {
  if (method === "AVERAGE") return addLot(lots, lot, method);
  const at = lots.findIndex(({ date }) => date > lot.date);
  return at === -1 ? [...lots, lot] : lots.toSpliced(at, 0, lot);
}
