import { z } from "zod";
import { currency, date, decimal, id } from "../endpoint/scalars.ts";
import { columnsOf } from "../endpoint/table.ts";
import type { RestPositionsQuery, TradeFieldsFragment } from "../graph/graph-types.generated.ts";

export const TRADE_SIDES = ["BUY", "SELL"] as const;
export const TRADE_STATUSES = ["BOOKED", "SETTLED", "FAILED", "CANCELLED"] as const;

export const isin = (description: string) => z.string().toUpperCase().meta({ description });

export const trade = z
  .object({
    id: id("The trade."),
    fundId: id("The fund."),
    side: z.enum(TRADE_SIDES).meta({ description: "Whether it buys or sells." }),
    isin: isin("ISIN of the security."),
    tradeDate: date("Trade date."),
    settlementDate: date("Day on which cash is due."),
    time: z.string().nullable().meta({ description: "Local time of execution, HH:MM:SS." }),
    exchangeRate: decimal(
      "Units of its currency for one of the fund's base currency; null in the base currency, and for a cross rate.",
    ).nullable(),
    rateUnits: decimal("The rate as a fraction: units of its currency for `ratePer` of base."),
    ratePer: decimal("Units of base for `rateUnits` of its currency."),
    unitsBasis: z
      .enum(["NEW", "OLD"])
      .meta({ description: "Which units it counts on a day of a corporate action." }),
    namedLots: z.string().nullable().meta({
      description: "Lots that it named, as `<lot> <units>` with semicolons between; null for none.",
    }),
    bookedOn: date("Value date of what it posted."),
    quantity: decimal("Units; of a bond its nominal."),
    price: decimal("Of one unit; of a bond percent of the nominal."),
    currency: currency("Currency of the security."),
    gross: decimal("As executed, without costs and interest."),
    costs: decimal("Transaction costs."),
    accrued: decimal("Accrued interest bought or sold."),
    status: z.enum(TRADE_STATUSES).meta({ description: "What became of it." }),
    settledOn: date("Value date of the settlement.").nullable(),
    reference: z.string().nullable().meta({ description: "The caller's own, unique in the fund." }),
    realisedGain: decimal("What it realised, in its currency; zero when it closed no lot."),
    realisedGainBase: decimal("The same of the price, in the fund's base currency."),
    realisedCurrencyGainBase: decimal("The same of the currency, in the fund's base currency."),
    transactionId: id("The transaction that it posted: `/api/v1/transactions/{id}`."),
    position: z.int().meta({ description: "Position of its event in the fund's book." }),
  })
  .meta({ id: "Trade", description: "A purchase or sale of a security." });
type Trade = z.output<typeof trade>;
export const TRADE_COLUMNS = columnsOf<Trade>(trade);

export const toTrade = ({
  gross,
  costs,
  accrued,
  namedLots,
  ...data
}: TradeFieldsFragment): Trade => ({
  ...data,
  namedLots:
    namedLots.length === 0
      ? null
      : namedLots.map(({ lotId, quantity }) => `${lotId} ${quantity}`).join("; "),
  currency: gross.currency,
  gross: gross.amount,
  costs: costs.amount,
  accrued: accrued.amount,
  realisedGain: data.realisedGain.amount,
});

const lot = z
  .object({
    id: id("The trade that opened it; of a pool the first."),
    side: z.enum(["LONG", "SHORT"]).meta({ description: "Whether it is held or owed." }),
    openedOn: date("Trade date on which it was opened."),
    quantity: decimal("Units, above zero."),
    cost: decimal("What it cost, in the currency of the security."),
    baseCost: decimal("The same in the fund's base currency, at historic rates."),
  })
  .meta({ id: "Lot", description: "Part of a position that was opened at once." });

export const position = z
  .object({
    isin: isin("ISIN of the security."),
    asOf: date("The value date that was requested; null for all days.").nullable(),
    quantity: decimal("Units held, less those sold short."),
    currency: currency("Currency of the security."),
    cost: decimal("Cost of the lots held, less what those sold short brought."),
    lots: z.array(lot).meta({ description: "Its lots in the order they were opened; not in CSV." }),
  })
  .meta({ id: "Position", description: "What a fund holds of a security on a day." });
type Position = z.output<typeof position>;
export const POSITION_COLUMNS = columnsOf<Position>(position);

type Held = NonNullable<RestPositionsQuery["fund"]>["positions"]["nodes"][number];

export const toPositionOf =
  (asOf: string | null) =>
  ({ cost, lots, ...held }: Held): Position => ({
    ...held,
    asOf,
    currency: cost.currency,
    cost: cost.amount,
    lots: lots.map((one) => ({ ...one, cost: one.cost.amount })),
  });
