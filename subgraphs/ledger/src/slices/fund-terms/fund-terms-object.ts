import type { Fee, FundTerms } from "@allfunds/contract/fund-administration";
import { DateScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";

/** An enum of the graph whose values are called as the contract calls them. */
function named<Value extends string>(
  name: string,
  description: string,
  values: readonly Value[],
): { readonly [Key in Value]: Key } {
  const type = Object.fromEntries(values.map((value) => [value, value])) as {
    readonly [Key in Value]: Key;
  };
  registerEnumType(type, { name, description });
  return type;
}

const FrequencyEnum = named(
  "ValuationFrequency",
  "Which business days are dealing days: each; the last of a week; the 15th, or the next business day, and the last of a month; the last of a month.",
  ["DAILY", "WEEKLY", "SEMI_MONTHLY", "MONTHLY"],
);
const RoundingEnum = named(
  "Rounding",
  "HALF_UP rounds halves away from zero, HALF_EVEN to the even digit, DOWN cuts.",
  ["HALF_UP", "HALF_EVEN", "DOWN"],
);
const LotMethodEnum = named(
  "LotMethod",
  "Which lots a sale takes: oldest, newest or dearest first, a share of one pool, or those it names.",
  ["FIFO", "LIFO", "HIFO", "AVERAGE", "SPECIFIC"],
);
const CostsEnum = named(
  "TransactionCosts",
  "Whether costs of trades are expenses at once or part of what was bought.",
  ["EXPENSE", "CAPITALISE"],
);
const FeeDayCountEnum = named("FeeDayCount", "How days become a share of a year.", [
  "ACT_365F",
  "ACT_360",
  "ACT_ACT_ISDA",
  "THIRTY_360",
  "THIRTY_E_360",
]);

@ObjectType("FeeTier", { description: "A slice of what a fee is charged on." })
@InputType("FeeTierInput", { description: "A slice of what a fee is charged on." })
class FeeTierObject {
  @Field(() => DecimalScalar, {
    description: "Where the slice begins, in the base currency: 0 for the first, then rising.",
  })
  from!: string;

  @Field(() => DecimalScalar, { description: "Rate per year: 0.015 for 1.5 percent." })
  rate!: string;
}

@ObjectType("Fee", { description: "A fee that accrues by days on net assets." })
@InputType("FeeInput", { description: "A fee that accrues by days on net assets." })
export class FeeObject {
  @Field(() => [FeeTierObject], {
    description: "One tier for a flat rate; each rate counts for its slice.",
  })
  tiers!: Fee["tiers"];

  @Field(() => FeeDayCountEnum, { description: "How days become a share of a year." })
  dayCount!: Fee["dayCount"];
}

const SHARE = "A share: 0.05 for 5 percent.";

@ObjectType("FundTerms", { description: "What a fund is administered by from a date on." })
export class FundTermsObject implements FundTerms {
  @Field(() => DateScalar, { description: "The first day of these terms." })
  effectiveFrom!: string;

  @Field(() => String, { nullable: true, description: "Legal entity identifier, ISO 17442." })
  lei!: string | null;

  @Field(() => [DateScalar], {
    description: "Days without business, beside Saturdays and Sundays; in order.",
  })
  holidays!: string[];

  @Field(() => FrequencyEnum, { description: "Which business days are dealing days." })
  valuationFrequency!: FundTerms["valuationFrequency"];

  @Field(() => String, {
    description: "Time of day before which an order has to arrive, HH:MM or HH:MM:SS.",
  })
  cutOffTime!: string;

  @Field(() => String, { description: "IANA zone of the cut-off." })
  timeZone!: string;

  @Field(() => Int, {
    description: "Business days between the day of the cut-off and the dealing date.",
  })
  noticeDays!: number;

  @Field(() => Int, { description: "Business days from the dealing date to settlement." })
  settlementDays!: number;

  @Field(() => Int, { description: "Decimals of the NAV per unit." })
  navDecimals!: number;

  @Field(() => Int, { description: "Decimals of units of classes opened under these terms." })
  unitDecimals!: number;

  @Field(() => RoundingEnum, { description: "Rounding of the NAV per unit." })
  navRounding!: FundTerms["navRounding"];

  @Field(() => RoundingEnum, { description: "Rounding of units." })
  unitRounding!: FundTerms["unitRounding"];

  @Field(() => RoundingEnum, { description: "Rounding of money." })
  amountRounding!: FundTerms["amountRounding"];

  @Field(() => LotMethodEnum, { description: "Which lots a sale takes." })
  lotMethod!: FundTerms["lotMethod"];

  @Field(() => CostsEnum, { description: "How costs of trades are booked." })
  transactionCosts!: FundTerms["transactionCosts"];

  @Field(() => Boolean, { description: "Whether the fund may sell what it does not hold." })
  shortSales!: boolean;

  @Field(() => String, { description: "Last day of the financial year, MM-DD." })
  financialYearEnd!: string;

  @Field(() => FeeObject, { nullable: true, description: "On the net assets of the fund." })
  administrationFee!: Fee | null;

  @Field(() => FeeObject, { nullable: true, description: "On the net assets of the fund." })
  custodyFee!: Fee | null;

  @Field(() => [String], { description: "Sources of prices, the preferred one first." })
  priceSources!: string[];

  @Field(() => Int, { description: "Days after which a price is stale." })
  stalePriceDays!: number;

  @Field(() => Int, { description: "Days after which an exchange rate is stale." })
  staleRateDays!: number;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: `Change of a price that a reviewer has to explain. ${SHARE}`,
  })
  priceMoveLimit!: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: `Change of the NAV per unit that a reviewer has to explain. ${SHARE}`,
  })
  navMoveLimit!: string | null;

  @Field(() => DecimalScalar, {
    description: `Error of a NAV from which on it is material. ${SHARE}`,
  })
  materialityLimit!: string;
}

@InputType({
  description: "Terms of a fund from a date on; what is absent stays as it is on that date.",
})
export class AdministerFundInput {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => DateScalar, { description: "The first day of these terms." })
  effectiveFrom!: string;

  @Field(() => String, {
    nullable: true,
    description: "Legal entity identifier, ISO 17442; null for none.",
  })
  lei?: string | null;

  @Field(() => [DateScalar], {
    nullable: true,
    description: "All days without business, beside Saturdays and Sundays; at most 2,000.",
  })
  holidays?: string[] | null;

  @Field(() => FrequencyEnum, { nullable: true, description: "DAILY unless named." })
  valuationFrequency?: FundTerms["valuationFrequency"] | null;

  @Field(() => String, {
    nullable: true,
    description: "HH:MM or HH:MM:SS. Required in the first terms.",
  })
  cutOffTime?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "IANA zone such as Europe/Luxembourg. Required in the first terms.",
  })
  timeZone?: string | null;

  @Field(() => Int, { nullable: true, description: "0 to 400 business days; 0 unless named." })
  noticeDays?: number | null;

  @Field(() => Int, { nullable: true, description: "0 to 30 business days; 3 unless named." })
  settlementDays?: number | null;

  @Field(() => Int, { nullable: true, description: "0 to 18; 4 unless named." })
  navDecimals?: number | null;

  @Field(() => Int, { nullable: true, description: "0 to 18; 4 unless named." })
  unitDecimals?: number | null;

  @Field(() => RoundingEnum, { nullable: true, description: "HALF_UP unless named." })
  navRounding?: FundTerms["navRounding"] | null;

  @Field(() => RoundingEnum, { nullable: true, description: "DOWN unless named." })
  unitRounding?: FundTerms["unitRounding"] | null;

  @Field(() => RoundingEnum, { nullable: true, description: "HALF_UP unless named." })
  amountRounding?: FundTerms["amountRounding"] | null;

  @Field(() => LotMethodEnum, { nullable: true, description: "FIFO unless named." })
  lotMethod?: FundTerms["lotMethod"] | null;

  @Field(() => CostsEnum, { nullable: true, description: "EXPENSE unless named." })
  transactionCosts?: FundTerms["transactionCosts"] | null;

  @Field(() => Boolean, { nullable: true, description: "False unless named." })
  shortSales?: boolean | null;

  @Field(() => String, { nullable: true, description: "MM-DD; 12-31 unless named." })
  financialYearEnd?: string | null;

  @Field(() => FeeObject, { nullable: true, description: "Null for none." })
  administrationFee?: Fee | null;

  @Field(() => FeeObject, { nullable: true, description: "Null for none." })
  custodyFee?: Fee | null;

  @Field(() => [String], { nullable: true, description: "1 to 40 characters each." })
  priceSources?: string[] | null;

  @Field(() => Int, { nullable: true, description: "3 unless named." })
  stalePriceDays?: number | null;

  @Field(() => Int, { nullable: true, description: "3 unless named." })
  staleRateDays?: number | null;

  @Field(() => DecimalScalar, { nullable: true, description: "0.20 unless named; null for none." })
  priceMoveLimit?: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "0.05 unless named; null for none." })
  navMoveLimit?: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "0.005 unless named." })
  materialityLimit?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key set them once." })
  idempotencyKey?: string | null;
}
