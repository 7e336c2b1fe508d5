import type { MoneyJson } from "@allfunds/contract/money";
import type { NavCalculated, ValuationCheck, ValuationInputs } from "@allfunds/contract/valuation";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateScalar,
  DateTimeScalar,
  DecimalScalar,
  MoneyObject,
  SafeIntScalar,
} from "@allfunds/platform/graphql/types";
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { ActorObject, NodeObject, REPLAYED, toActor } from "../../graph/shared-types.ts";
import type { ValuationStatus } from "./valuation-state.ts";

const VALUATION_STATES = {
  PREVIEW: "PREVIEW",
  STALE: "STALE",
  PUBLISHED: "PUBLISHED",
  SUPERSEDED: "SUPERSEDED",
  DISCARDED: "DISCARDED",
} as const;

registerEnumType(VALUATION_STATES, {
  name: "ValuationState",
  description: "How far a valuation has come.",
  valuesConfig: {
    PREVIEW: { description: "Calculated; nothing is posted." },
    STALE: {
      description:
        "Something was recorded since that its inputs may rest on; publishing compares them.",
    },
    PUBLISHED: { description: "The NAV of its date." },
    SUPERSEDED: { description: "It was the NAV of its date until a restatement." },
    DISCARDED: { description: "Given up, or overtaken by the NAV of the same or a later date." },
  },
});

const CHECK_SEVERITIES = { BLOCKING: "BLOCKING", WARNING: "WARNING" } as const;

registerEnumType(CHECK_SEVERITIES, {
  name: "CheckSeverity",
  description: "A BLOCKING check keeps a NAV from being published; a WARNING is for the reviewer.",
});

@ObjectType("ValuationCheckRow", { description: "One thing that a check found." })
export class ValuationCheckRowObject {
  @Field(() => String, { description: "ISIN, currency, account or class." })
  subject!: string;

  @Field(() => String, { description: "What was found there." })
  found!: string;
}

@ObjectType("ValuationCheck", { description: "A check of a valuation that found something." })
export class ValuationCheckObject {
  @Field(() => String, {
    description:
      "PRICE_MISSING, PRICE_STALE, PRICE_MOVED, RATE_MISSING, RATE_STALE, NAV_MOVED, TRIAL_BALANCE, FOREIGN_RESULT, REGISTER, NAV_ROUNDED_TO_ZERO, CASH_UNRECONCILED or RESULT_UNALLOCATED.",
  })
  kind!: ValuationCheck["kind"];

  @Field(() => CHECK_SEVERITIES, { description: "Whether it keeps the NAV from being published." })
  severity!: ValuationCheck["severity"];

  @Field(() => String, {
    nullable: true,
    description: "Days, or a share of one, beyond which it warns; null where nothing is allowed.",
  })
  threshold!: string | null;

  @Field(() => Int, { description: "How many rows there are." })
  count!: number;

  @Field(() => [ValuationCheckRowObject], { description: "The first 100 of them." })
  rows!: ValuationCheckRowObject[];
}

@ObjectType("ClassValuation", { description: "A share class in a valuation." })
export class ClassValuationObject {
  @Field(() => ID, { description: "UUID of the class." })
  classId!: string;

  @Field(() => String, { description: "Code of the class." })
  code!: string;

  @Field(() => DecimalScalar, { description: "Units in issue before the dealing of the NAV date." })
  units!: string;

  @Field(() => MoneyObject, { description: "Its fees since the last NAV, in the base currency." })
  fees!: MoneyJson;

  @Field(() => MoneyObject, {
    description: "Its share of the common result, by net assets after the last dealing.",
  })
  commonShare!: MoneyJson;

  @Field(() => MoneyObject, { description: "Its result since the last NAV, in the base currency." })
  result!: MoneyJson;

  @Field(() => MoneyObject, { description: "Its net assets in the base currency of the fund." })
  netAssetsBase!: MoneyJson;

  @Field(() => MoneyObject, { description: "Its net assets in its own currency." })
  netAssets!: MoneyJson;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "NAV per unit in the currency of the class; null when no units are in issue.",
  })
  navPerUnit!: string | null;
}

@ObjectType("ValuationFee", { description: "A fee that a valuation accrues." })
export class ValuationFeeObject {
  @Field(() => String, { description: "MANAGEMENT, ADMINISTRATION or CUSTODY." })
  kind!: string;

  @Field(() => ID, { nullable: true, description: "The class it is of; null for the whole fund." })
  classId!: string | null;

  @Field(() => MoneyObject, { description: "Accrued since the last NAV." })
  amount!: MoneyJson;
}

@ObjectType("ValuationCurrency", { description: "A foreign currency in a valuation." })
export class ValuationCurrencyObject {
  @Field(() => MoneyObject, { description: "Assets less liabilities in it." })
  net!: MoneyJson;

  @Field(() => MoneyObject, {
    description: "The same in the base currency at the rate of the date.",
  })
  carried!: MoneyJson;

  @Field(() => MoneyObject, {
    description: "Gain or loss of the currency since it was carried last.",
  })
  change!: MoneyJson;
}

@ObjectType("ValuationRate", { description: "An exchange rate that a valuation used." })
export class ValuationRateObject {
  @Field(() => String, { description: "Foreign currency." })
  currency!: string;

  @Field(() => DecimalScalar, { description: "Units of it for `per` units of the base currency." })
  units!: string;

  @Field(() => DecimalScalar, { description: "1, but for a cross or turned rate." })
  per!: string;

  @Field(() => DateScalar, { description: "The day it is of." })
  date!: string;
}

const COMPENSATION_KINDS = {
  UNITS: "UNITS",
  BY_MANAGER: "BY_MANAGER",
  TO_INVESTOR: "TO_INVESTOR",
  RATE: "RATE",
  RATE_OF_CHARGE: "RATE_OF_CHARGE",
} as const;

registerEnumType(COMPENSATION_KINDS, {
  name: "CompensationKind",
  description: "How an order is made good that was dealt at a wrong NAV.",
  valuesConfig: {
    UNITS: { description: "Bought too dear: the investor gets the missing units." },
    BY_MANAGER: {
      description:
        "Bought too cheap or sold too dear: the manager pays the fund, the investor keeps it.",
    },
    TO_INVESTOR: { description: "Sold too cheap: the fund pays the investor the difference." },
    RATE: {
      description:
        "Dealt at a wrong exchange rate: the capital of the class is corrected in the base currency. No money moves.",
    },
    RATE_OF_CHARGE: {
      description: "The same of the charge that the class keeps.",
    },
  },
});

@ObjectType("Compensation", {
  description: "What makes an order good that was dealt at a wrong NAV.",
})
export class CompensationObject {
  @Field(() => ID, { description: "The order." })
  orderId!: string;

  @Field(() => ID, { description: "The share class." })
  classId!: string;

  @Field(() => COMPENSATION_KINDS, { description: "Who gives what." })
  kind!: keyof typeof COMPENSATION_KINDS;

  @Field(() => DecimalScalar, {
    description: "Units that the investor gets; 0 when money is paid.",
  })
  units!: string;

  @Field(() => MoneyObject, { description: "Money that is paid, in the currency of the class." })
  amount!: MoneyJson;

  @Field(() => MoneyObject, {
    description:
      "The same in the base currency, or what is corrected in it alone: above zero when the class gains by a correction.",
  })
  amountBase!: MoneyJson;
}

@RequiresScopes("ledger:read")
@Directive('@key(fields: "id")')
@ObjectType("Valuation", {
  implements: NodeObject,
  description: "A valuation of a fund: what the NAV of a date is, and everything that it rests on.",
})
export class ValuationObject implements NodeObject {
  id!: string;

  @Field(() => DateScalar, { description: "The day the NAV is for." })
  navDate!: string;

  @Field(() => VALUATION_STATES, { description: "How far it has come." })
  state!: keyof typeof VALUATION_STATES;

  @Field(() => SafeIntScalar, { description: "Position of the book up to which it was read." })
  readAt!: number;

  @Field(() => String, { description: "SHA-256 of its inputs, hexadecimal." })
  inputsHash!: string;

  @Field(() => DateScalar, { nullable: true, description: "NAV date of the valuation before." })
  since!: string | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "Assets less liabilities in the base currency; null while a price or rate is missing.",
  })
  netAssets!: MoneyJson | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "Result since the last NAV that all classes share, in the base currency.",
  })
  commonResult!: MoneyJson | null;

  @Field(() => [ValuationCheckObject], { description: "Checks that found something." })
  checks!: ValuationCheckObject[];

  @Field(() => [ClassValuationObject], { description: "Its classes by code." })
  classes!: ClassValuationObject[];

  @Field(() => [ValuationFeeObject], { description: "Fees that it accrues." })
  fees!: ValuationFeeObject[];

  @Field(() => [ValuationCurrencyObject], { description: "Foreign currencies that it revalues." })
  currencies!: ValuationCurrencyObject[];

  @Field(() => [ValuationRateObject], { description: "Exchange rates that it used." })
  rates!: ValuationRateObject[];

  @Field(() => ActorObject, { description: "Who calculated it." })
  calculatedBy!: ActorObject;

  @Field(() => DateTimeScalar, { description: "When it was calculated." })
  calculatedAt!: Date;

  @Field(() => ActorObject, { nullable: true, description: "Who published or discarded it." })
  decidedBy!: ActorObject | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When that was." })
  decidedAt!: Date | null;

  @Field(() => SafeIntScalar, { nullable: true, description: "Position of the event that did." })
  decidedPosition!: number | null;

  @Field(() => ID, {
    nullable: true,
    description: "Of one that restates: the restatement, which is published as a whole.",
  })
  restatementId!: string | null;

  @Field(() => String, { nullable: true, description: "Of one that restates: why." })
  reason!: string | null;

  @Field(() => [CompensationObject], {
    description: "Of one that restates: what orders dealt at the wrong NAV are compensated with.",
  })
  compensations!: CompensationObject[];

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  fundId!: string;
  supersedesId!: string | null;
  position!: number;
  inputs!: ValuationInputs;
}

export const ValuationConnection = connectionType("Valuation", ValuationObject);

@RequiresScopes("ledger:read")
@ObjectType("Nav", { description: "A published NAV of a share class." })
export class NavObject {
  @Field(() => DateScalar, { description: "The day it is for." })
  navDate!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "NAV per unit in the currency of the class; null when no units were in issue.",
  })
  navPerUnit!: string | null;

  @Field(() => DecimalScalar, { description: "Units in issue before the dealing of that day." })
  units!: string;

  @Field(() => MoneyObject, { description: "Net assets of the class in its currency." })
  netAssets!: MoneyJson;

  @Field(() => SafeIntScalar, { description: "Position of the event that published it." })
  position!: number;

  valuationId!: string;
  classId!: string;
}

export const NavConnection = connectionType("Nav", NavObject);

/** A published NAV of a class as it is stored. */
export interface NavRow {
  readonly valuationId: string;
  readonly navDate: string;
  readonly units: string;
  readonly netAssets: string;
  readonly navPerUnit: string | null;
  readonly position: string;
}

export const toNavObject = (row: NavRow, classId: string, currency: string): NavObject =>
  Object.assign(new NavObject(), {
    navDate: row.navDate,
    navPerUnit: row.navPerUnit,
    units: row.units,
    netAssets: { amount: row.netAssets, currency },
    position: Number(row.position),
    valuationId: row.valuationId,
    classId,
  });

/** A valuation as it is stored, with the event that calculated it. */
export interface ValuationRow {
  readonly id: string;
  readonly fundId: string;
  readonly position: string;
  readonly status: ValuationStatus;
  readonly maker: string;
  readonly calculatedAt: Date;
  readonly touchedAt: string | null;
  readonly decidedPosition: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly payload: NavCalculated;
}

export function toValuationObject(row: ValuationRow): ValuationObject {
  const { payload, status } = row;
  const { currency, figures, inputs } = payload;
  const base = (amount: string): MoneyJson => ({ amount, currency });
  return Object.assign(new ValuationObject(), {
    id: row.id,
    fundId: row.fundId,
    position: Number(row.position),
    navDate: payload.navDate,
    state: status === "PREVIEW" && row.touchedAt !== null ? "STALE" : status,
    readAt: payload.readAt,
    inputsHash: payload.inputsHash,
    since: inputs.since,
    netAssets: figures === null ? null : base(figures.netAssets),
    commonResult: figures === null ? null : base(figures.commonResult),
    checks: payload.checks,
    classes: (figures?.classes ?? []).map(({ currency: own, ...one }) => ({
      ...one,
      fees: base(one.fees),
      commonShare: base(one.commonShare),
      result: base(one.result),
      netAssetsBase: base(one.netAssetsBase),
      netAssets: { amount: one.netAssets, currency: own },
    })),
    fees: (figures?.fees ?? []).map((fee) => ({ ...fee, amount: base(fee.amount) })),
    currencies: (figures?.revaluations ?? []).map((one) => ({
      net: { amount: one.net, currency: one.currency },
      carried: base(one.carried),
      change: base(one.change),
    })),
    rates: inputs.rates,
    calculatedBy: toActor(row.maker),
    calculatedAt: row.calculatedAt,
    decidedBy: row.decidedBy === null ? null : toActor(row.decidedBy),
    decidedAt: row.decidedAt,
    decidedPosition: row.decidedPosition === null ? null : Number(row.decidedPosition),
    restatementId: payload.restatement?.restatementId ?? null,
    reason: payload.restatement?.reason ?? null,
    compensations: (payload.restatement?.compensations ?? []).map(
      ({ amount, amountBase, ...one }) => ({
        ...one,
        amount: { amount, currency: one.currency },
        amountBase: { amount: amountBase, currency: inputs.baseCurrency },
      }),
    ),
    supersedesId: payload.restatement?.supersedes ?? null,
    replayed: false,
    inputs,
  });
}
