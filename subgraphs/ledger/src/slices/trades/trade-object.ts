import type { LotChange, TradeRecorded } from "@allfunds/contract/events";
import { formatAmount, formatScaled, parseDecimal } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateScalar,
  DecimalScalar,
  MoneyObject,
} from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { NodeObject } from "../../graph/shared-types.ts";
import type { FundObject } from "../funds/fund-object.ts";
import { netQuantity, type Side } from "../lots/lot.ts";
import { formatQuantity, type RateRecord } from "../lots/portfolio-fact.ts";
import type { HeldPosition } from "./position-sql.ts";
import { TRADE_STATUSES, type TradeStatus } from "./trade.ts";

export const TRADE_SIDES = { BUY: "BUY", SELL: "SELL" } as const;
export const UNITS_BASES = { NEW: "NEW", OLD: "OLD" } as const;
const LOT_SIDES = { LONG: "LONG", SHORT: "SHORT" } as const;

registerEnumType(TRADE_SIDES, {
  name: "TradeSide",
  description: "Whether a trade buys or sells.",
  valuesConfig: {
    BUY: { description: "Buys; closes units sold short first." },
    SELL: { description: "Sells; beyond what is held only in a fund that sells short." },
  },
});
registerEnumType(UNITS_BASES, {
  name: "UnitsBasis",
  description: "Which units a trade counts on a day on which a corporate action takes effect.",
  valuesConfig: {
    NEW: { description: "Those after the action." },
    OLD: { description: "Those before it: the trade goes first." },
  },
});
registerEnumType(LOT_SIDES, {
  name: "LotSide",
  description: "Whether a lot is held or owed.",
  valuesConfig: {
    LONG: { description: "Held." },
    SHORT: { description: "Sold short." },
  },
});
registerEnumType(TRADE_STATUSES, {
  name: "TradeStatus",
  description: "What became of a trade.",
  valuesConfig: {
    BOOKED: { description: "It counts; cash is owed until it is settled." },
    SETTLED: { description: "Cash was exchanged." },
    FAILED: { description: "Its settlement failed; it may still settle." },
    CANCELLED: { description: "It was taken back by a reversal." },
  },
});

@ObjectType("NamedLot", { description: "A lot that a sale names." })
class NamedLotObject {
  @Field(() => ID, { description: "UUID of the lot: that of the trade that opened it." })
  lotId!: string;

  @Field(() => DecimalScalar, { description: "Units of it, above zero." })
  quantity!: string;
}

@ObjectType("LotChange", { description: "By how much a trade or corporate action changed a lot." })
export class LotChangeObject {
  @Field(() => ID, { description: "UUID of the lot: that of the trade that opened it." })
  lotId!: string;

  @Field(() => String, { description: "ISIN of the security." })
  isin!: string;

  @Field(() => LOT_SIDES, { description: "Whether it is held or owed." })
  side!: Side;

  @Field(() => DateScalar, { description: "Trade date on which it was opened." })
  openedOn!: string;

  @Field(() => DecimalScalar, { description: "Units, signed." })
  quantity!: string;

  @Field(() => MoneyObject, { description: "Cost in the currency of the security, signed." })
  cost!: MoneyObject;

  @Field(() => DecimalScalar, { description: "Cost in the fund's base currency, signed." })
  baseCost!: string;
}

export const toLotChange = ({ cost, currency, ...change }: LotChange): LotChangeObject =>
  Object.assign(new LotChangeObject(), change, { cost: { amount: cost, currency } });

const REALISED = "What it realised; zero when it closed no lot.";

@RequiresScopes("ledger:read")
@Directive('@key(fields: "id")')
@ObjectType("Trade", {
  implements: NodeObject,
  description: "A purchase or sale of a security, counted from its trade date on.",
})
export class TradeObject extends NodeObject {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => TRADE_SIDES, { description: "Whether it buys or sells." })
  side!: "BUY" | "SELL";

  @Field(() => String, { description: "ISIN of the security." })
  isin!: string;

  @Field(() => DateScalar, { description: "Trade date." })
  tradeDate!: string;

  @Field(() => DateScalar, { description: "Day on which cash is due." })
  settlementDate!: string;

  @Field(() => String, {
    nullable: true,
    description: "Local time of execution, HH:MM:SS; null when none was stated.",
  })
  time!: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "Units of its currency for one of the fund's base currency, as used; null in the base currency, and for a rate that is no decimal number, such as a cross rate.",
  })
  exchangeRate!: string | null;

  @Field(() => DecimalScalar, {
    description: "The rate as a fraction: so many units of its currency for `ratePer` of base.",
  })
  rateUnits!: string;

  @Field(() => DecimalScalar, { description: "Units of base for `rateUnits` of its currency." })
  ratePer!: string;

  @Field(() => UNITS_BASES, {
    description: "Which units it counts on a day of a corporate action.",
  })
  unitsBasis!: "NEW" | "OLD";

  @Field(() => [NamedLotObject], {
    description: "The lots it named, in a fund whose lot method is SPECIFIC; else none.",
  })
  namedLots!: NamedLotObject[];

  @Field(() => DateScalar, { description: "Value date of what it posted." })
  bookedOn!: string;

  @Field(() => DecimalScalar, { description: "Units; of a bond its nominal." })
  quantity!: string;

  @Field(() => DecimalScalar, { description: "Of one unit; of a bond percent of the nominal." })
  price!: string;

  @Field(() => MoneyObject, { description: "As executed, without costs and interest." })
  gross!: MoneyObject;

  @Field(() => MoneyObject, { description: "Transaction costs." })
  costs!: MoneyObject;

  @Field(() => MoneyObject, { description: "Accrued interest bought or sold." })
  accrued!: MoneyObject;

  @Field(() => TRADE_STATUSES, { description: "What became of it." })
  status!: TradeStatus;

  @Field(() => DateScalar, { nullable: true, description: "Value date of the settlement." })
  settledOn!: string | null;

  @Field(() => String, { nullable: true, description: "The caller's own, unique in the fund." })
  reference!: string | null;

  @Field(() => [LotChangeObject], {
    description:
      "Lots that it opened and closed when it was recorded; what came late changes them by a replay.",
  })
  lots!: LotChangeObject[];

  @Field(() => MoneyObject, { description: `${REALISED} In the currency of the security.` })
  realisedGain!: MoneyObject;

  @Field(() => DecimalScalar, {
    description: `${REALISED} Of the price, in the base currency at the rate of the day.`,
  })
  realisedGainBase!: string;

  @Field(() => DecimalScalar, { description: `${REALISED} Of the currency, in the base currency.` })
  realisedCurrencyGainBase!: string;

  @Field(() => ID, { description: "The transaction that it posted." })
  transactionId!: string;

  @Field(() => Int, { description: "Position of its event in the fund's book." })
  position!: number;
}

export const TradeConnection = connectionType("Trade", TradeObject);

/** A trade as it is read: its event, and what became of it. */
export interface TradeRow {
  readonly payload: TradeRecorded;
  readonly position: number;
  readonly status: TradeStatus | null;
  readonly onDate: string | null;
}

const RATE_DECIMALS = 18;

/** A rate as one decimal number, where it is one; null in the base currency. */
function decimalOf({ units, per, date, source }: RateRecord): string | null {
  const [over, under] = [parseDecimal(units), parseDecimal(per)];
  if (date === null && source === null && units === per) return null;
  const dividend = over.unscaled * 10n ** BigInt(under.scale + RATE_DECIMALS);
  const divisor = under.unscaled * 10n ** BigInt(over.scale);
  if (dividend % divisor !== 0n) return null;
  return formatScaled(dividend / divisor, RATE_DECIMALS).replace(/\.?0+$/, "");
}

export function toTradeObject({ payload, status, onDate, position }: TradeRow): TradeObject {
  const { fact, realised }: TradeRecorded = payload;
  const { currency } = fact;
  return Object.assign(new TradeObject(), {
    id: fact.id,
    fundId: payload.fundId,
    side: fact.kind,
    isin: fact.isin,
    tradeDate: fact.date,
    settlementDate: payload.settlementDate,
    time: fact.time,
    exchangeRate: decimalOf(fact.rate),
    rateUnits: fact.rate.units,
    ratePer: fact.rate.per,
    unitsBasis: fact.unitsBasis,
    namedLots: fact.lots.map((lot) => ({ ...lot })),
    bookedOn: fact.bookedOn,
    quantity: fact.quantity,
    price: payload.price,
    gross: { amount: fact.gross, currency },
    costs: { amount: fact.costs, currency },
    accrued: { amount: fact.accrued, currency },
    status: status ?? "BOOKED",
    settledOn: status === "SETTLED" ? onDate : null,
    reference: payload.reference,
    lots: payload.lots.map(toLotChange),
    realisedGain: { amount: realised.gain, currency },
    realisedGainBase: realised.gainBase,
    realisedCurrencyGainBase: realised.currencyGainBase,
    transactionId: payload.transactionId,
    position,
  });
}

@ObjectType("Lot", { description: "Part of a position that was opened at once." })
export class LotObject {
  @Field(() => ID, { description: "UUID of the trade that opened it; of a pool the first." })
  id!: string;

  @Field(() => LOT_SIDES, { description: "Whether it is held or owed." })
  side!: Side;

  @Field(() => DateScalar, { description: "Trade date on which it was opened." })
  openedOn!: string;

  @Field(() => DecimalScalar, { description: "Units, above zero." })
  quantity!: string;

  @Field(() => MoneyObject, {
    description: "What it cost, or what it brought when sold short; currency of the security.",
  })
  cost!: MoneyObject;

  @Field(() => DecimalScalar, { description: "The same in the base currency, at historic rates." })
  baseCost!: string;
}

@ObjectType("Position", { description: "What a fund holds of a security on a day." })
export class PositionObject {
  @Field(() => String, { description: "ISIN of the security." })
  isin!: string;

  @Field(() => DecimalScalar, { description: "Units held, less those sold short." })
  quantity!: string;

  @Field(() => MoneyObject, {
    description: "Cost of the lots held, less what those sold short brought.",
  })
  cost!: MoneyObject;

  @Field(() => [LotObject], { description: "Its lots in the order they were opened." })
  lots!: LotObject[];

  /** The page it is of, where it is one of a list: what is read for all of it together. */
  page?: PositionPage;
}

/** What positions of a list have in common. */
export interface PositionPage {
  readonly fund: FundObject;
  readonly isins: readonly string[];
  /** The last value date that counts; every one when null. */
  readonly asOf: string | null;
  /** True when an earlier state of the book was wanted. */
  readonly isPast: boolean;
}

export const PositionConnection = connectionType("Position", PositionObject);

export function toPositionObject({ isin, currency, lots }: HeldPosition): PositionObject {
  const cost = lots.reduce(
    (sum, { side, costMinor }) => sum + (side === "LONG" ? costMinor : -costMinor),
    0n,
  );
  const held = lots.map(({ lotId: id, openedOn: date, ...lot }) => ({
    ...lot,
    id,
    date,
    baseCostMinor: 0n,
  }));
  return Object.assign(new PositionObject(), {
    isin,
    quantity: formatQuantity(netQuantity(held)),
    cost: { amount: formatAmount(cost, currency), currency },
    lots: lots.map(({ lotId, side, openedOn, quantity, costMinor, baseCost }) =>
      Object.assign(new LotObject(), {
        id: lotId,
        side,
        openedOn,
        quantity: formatQuantity(quantity),
        cost: { amount: formatAmount(costMinor, currency), currency },
        baseCost,
      }),
    ),
  });
}
