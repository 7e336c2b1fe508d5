import type { CorporateActionRecorded } from "@allfunds/contract/events";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateScalar,
  DecimalScalar,
  MoneyObject,
} from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { NodeObject } from "../../graph/shared-types.ts";
import { LotChangeObject, toLotChange } from "../trades/trade-object.ts";
import { ACTION_KINDS, type ActionKind } from "./action-terms.ts";

const STATUSES = {
  ANNOUNCED: "ANNOUNCED",
  EX: "EX",
  PAID: "PAID",
  CANCELLED: "CANCELLED",
} as const;
type Status = keyof typeof STATUSES;

registerEnumType(ACTION_KINDS, {
  name: "PortfolioActionKind",
  description: "What an issuer does.",
  valuesConfig: {
    DIVIDEND: { description: "Pays for each unit held at the open of the ex-date." },
    COUPON: { description: "Pays interest of a bond, by its terms unless `perUnit` is given." },
    SPLIT: { description: "Gives new units for old ones; also fewer for more." },
    SPIN_OFF: { description: "Gives units of another security, and a share of each lot's cost." },
    RIGHTS: { description: "Gives rights to subscribe, without cost unless a share is given." },
    RETURN_OF_CAPITAL: { description: "Pays back cost; what is beyond it is realised." },
    MERGER: { description: "Gives units of another security, cash, or both for all units." },
  },
});
registerEnumType(STATUSES, {
  name: "PortfolioActionStatus",
  description: "How far a corporate action has come.",
  valuesConfig: {
    ANNOUNCED: { description: "Its ex-date lies ahead." },
    EX: { description: "It took effect." },
    PAID: { description: "Its cash was received." },
    CANCELLED: { description: "It was taken back by a reversal." },
  },
});

@RequiresScopes("ledger:read")
@Directive('@key(fields: "id")')
@ObjectType("PortfolioAction", {
  implements: NodeObject,
  description:
    "What an issuer does to a security that the fund holds; effective at the open of a day.",
})
export class CorporateActionObject extends NodeObject {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => ACTION_KINDS, { description: "What it does." })
  kind!: ActionKind;

  @Field(() => String, { description: "ISIN of the security." })
  isin!: string;

  @Field(() => String, { nullable: true, description: "ISIN of the security that it gives." })
  intoIsin!: string | null;

  @Field(() => DateScalar, { description: "The day at whose open it takes effect." })
  exDate!: string;

  @Field(() => DateScalar, { nullable: true, description: "Day on which cash is due." })
  payDate!: string | null;

  @Field(() => STATUSES, { description: "How far it has come." })
  status!: Status;

  @Field(() => MoneyObject, {
    description: "Cash, or what was owed at the ex-date after tax, as it was recorded.",
  })
  cash!: MoneyObject;

  @Field(() => [LotChangeObject], { description: "Lots that it changed when it was recorded." })
  lots!: LotChangeObject[];

  @Field(() => MoneyObject, { description: "Realised of the price, currency of the security." })
  realisedGain!: MoneyObject;

  @Field(() => DecimalScalar, { description: "Realised of the price, in base at the day's rate." })
  realisedGainBase!: string;

  @Field(() => DecimalScalar, { description: "Realised of the currency, in base." })
  realisedCurrencyGainBase!: string;

  @Field(() => ID, {
    nullable: true,
    description: "The transaction that it posted; null when the fund held nothing of it.",
  })
  transactionId!: string | null;

  @Field(() => Int, { description: "Position of its event in the fund's book." })
  position!: number;
}

export const CorporateActionConnection = connectionType("PortfolioAction", CorporateActionObject);

/** An action as it is read: its event, and what became of it. */
export interface ActionRow {
  readonly payload: CorporateActionRecorded;
  readonly position: number;
  readonly status: "PAID" | "CANCELLED" | null;
}

export function toActionObject(
  { payload, position, status }: ActionRow,
  today: string,
): CorporateActionObject {
  const { fact, realised, cash } = payload;
  const { currency, date } = fact;
  return Object.assign(new CorporateActionObject(), {
    id: fact.id,
    fundId: payload.fundId,
    kind: fact.kind,
    isin: fact.isin,
    intoIsin: payload.into?.isin ?? null,
    exDate: date,
    payDate: fact.payDate,
    status: status ?? (date > today ? "ANNOUNCED" : "EX"),
    cash: { amount: cash, currency },
    lots: payload.lots.map(toLotChange),
    realisedGain: { amount: realised.gain, currency },
    realisedGainBase: realised.gainBase,
    realisedCurrencyGainBase: realised.currencyGainBase,
    transactionId: payload.transactionId,
    position,
  });
}

@InputType({ description: "What an issuer does to a security that the tenant described." })
export class RecordPortfolioActionInput {
  @Field(() => ID, { nullable: true, description: "UUID; made by the ledger when absent." })
  id?: string | null;

  @Field(() => ID, { description: "The fund, which has terms on the ex-date." })
  fundId!: string;

  @Field(() => ACTION_KINDS, { description: "What it does." })
  kind!: ActionKind;

  @Field(() => String, { description: "ISIN of the security." })
  isin!: string;

  @Field(() => String, {
    nullable: true,
    description: "ISIN of the security that it gives: of SPIN_OFF, RIGHTS and MERGER.",
  })
  intoIsin?: string | null;

  @Field(() => DateScalar, { description: "The day at whose open it takes effect." })
  exDate!: string;

  @Field(() => DateScalar, { nullable: true, description: "Day on which cash is due." })
  payDate?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Gross cash for one unit: of DIVIDEND, RETURN_OF_CAPITAL, and of a given COUPON.",
  })
  perUnit?: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Units given for `oldUnits`." })
  newUnits?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Units for which `newUnits` are given.",
  })
  oldUnits?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "Share of each lot's cost that moves, 0 to 1: of SPIN_OFF, and of RIGHTS with cost.",
  })
  costShare?: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Cash of a MERGER for one unit." })
  cashPerUnit?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Share of each lot's cost that the cash of a MERGER realises, 0 to 1.",
  })
  cashCostShare?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "What one unit is worth, for cash in lieu of a fraction; nothing is paid when absent.",
  })
  fractionPrice?: string | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 0,
    description: "Decimals of a unit that the position keeps; 0 for whole units.",
  })
  fractionDecimals?: number | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    defaultValue: "0",
    description: "Share of the gross that is withheld, 0 to 1.",
  })
  withholdingRate?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    defaultValue: "0",
    description: "Share of what is withheld that can be reclaimed, 0 to 1.",
  })
  reclaimableShare?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "Units of the currency for one of the fund's base currency; the newest rate of the ex-date when absent.",
  })
  exchangeRate?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key record once." })
  idempotencyKey?: string | null;
}
