import { moneyToJson, type MoneyJson } from "@allfunds/contract/money";
import type { ValuationInputs } from "@allfunds/contract/valuation";
import {
  connectionType,
  DateScalar,
  DecimalScalar,
  MoneyObject,
} from "@allfunds/platform/graphql/types";
import { Field, ObjectType } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import type { LotObject } from "../trades/trade-object.ts";
import { strike, type StruckPosition } from "./strike.ts";
import { toStrikeInput } from "./valuation-inputs.ts";

@ObjectType("ValuationPosition", { description: "A position in a valuation." })
export class ValuationPositionObject {
  @Field(() => String, { description: "ISIN of the security." })
  isin!: string;

  @Field(() => DecimalScalar, {
    description: "Units, or nominal of a bond; below zero when sold short.",
  })
  quantity!: string;

  @Field(() => MoneyObject, { description: "Cost of its lots, in its currency." })
  cost!: MoneyJson;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Price used; null when there is none.",
  })
  price!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "The day the price is of." })
  priceDate!: string | null;

  @Field(() => String, { nullable: true, description: "LAST, BID, MID or NOMINAL_PERCENT." })
  priceKind!: string | null;

  @Field(() => String, { nullable: true, description: "Who gave the price." })
  priceSource!: string | null;

  @Field(() => MoneyObject, { nullable: true, description: "Market value, in its currency." })
  value!: MoneyJson | null;

  @Field(() => MoneyObject, { nullable: true, description: "The same in the base currency." })
  valueBase!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Change of unrealised appreciation that the valuation posts, in its currency.",
  })
  mark!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Interest accrued up to the NAV date, in its currency; null when it bears none.",
  })
  accruedInterest!: MoneyJson | null;

  /** Lots of all positions of its page, by ISIN. */
  readLots!: (context: LedgerContext) => Promise<ReadonlyMap<string, readonly LotObject[]>>;
}

export const ValuationPositionConnection = connectionType(
  "ValuationPosition",
  ValuationPositionObject,
);

/** What a valuation rests on; without net assets it has no figures. */
interface Valued {
  readonly inputs: ValuationInputs;
  readonly netAssets: MoneyJson | null;
}

/** The positions of a valuation, in the order of its inputs. */
export function toPositions({ inputs, netAssets }: Valued): ValuationPositionObject[] {
  const struck = netAssets === null ? [] : strike(toStrikeInput(inputs)).positions;
  return inputs.positions.map((position, index) =>
    toPosition(position, struck[index], inputs.baseCurrency),
  );
}

const money = (minor: bigint, currency: string): MoneyJson => moneyToJson({ minor, currency });

function toPosition(
  { isin, quantity, currency, cost, price, interest }: ValuationInputs["positions"][number],
  struck: StruckPosition | undefined,
  baseCurrency: string,
): ValuationPositionObject {
  return Object.assign(new ValuationPositionObject(), {
    isin,
    quantity,
    cost: { amount: cost, currency },
    price: price?.price ?? null,
    priceDate: price?.date ?? null,
    priceKind: price?.kind ?? null,
    priceSource: price?.source ?? null,
    value: struck === undefined ? null : money(struck.valueMinor, currency),
    valueBase: struck === undefined ? null : money(struck.valueBaseMinor, baseCurrency),
    mark: struck === undefined ? null : money(struck.mark.minor, currency),
    accruedInterest: interest === null ? null : { amount: interest, currency },
  });
}
