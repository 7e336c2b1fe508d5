import type { MoneyJson } from "@allfunds/contract/money";
import { DateScalar, MoneyObject } from "@allfunds/platform/graphql/types";
import { ArgsType, Field, Float, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { FlowDirectionEnum } from "../books/flow-direction.ts";
import type { FlowDirection } from "../books/flow-direction.ts";
import { TransactionEntity } from "../books/entities.ts";
import { CategoryObject } from "../categories/category-graphql.ts";
import { CALENDAR_NAMES } from "./business-calendar.ts";
import type { CalendarName } from "./business-calendar.ts";
import { MOST_EVIDENCE } from "./expectation-store.ts";
import type { ExpectationState } from "./expectation.ts";
import type { Recurrence, RhythmParts, Roll } from "./rhythm.ts";

const named = <Name extends string>(...names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, name])) as { readonly [Each in Name]: Each };

const RecurrenceEnum = named<Recurrence>(
  "WEEKLY",
  "BIWEEKLY",
  "FOUR_WEEKLY",
  "DAYS",
  "SEMI_MONTHLY",
  "MONTH_DAYS",
  "MONTHLY",
  "BIMONTHLY",
  "QUARTERLY",
  "HALF_YEARLY",
  "YEARLY",
);
registerEnumType(RecurrenceEnum, {
  name: "Recurrence",
  description: "How often a cash flow repeats.",
  valuesConfig: {
    BIWEEKLY: { description: "Every two weeks." },
    FOUR_WEEKLY: { description: "Every 28 days." },
    DAYS: { description: "Every so many other days, which `everyDays` has." },
    SEMI_MONTHLY: { description: "On two days of each month." },
    MONTH_DAYS: { description: "On three or four days of each month, which `rhythm` has." },
    BIMONTHLY: { description: "Every two months." },
  },
});

const ExpectationStateEnum = named<ExpectationState>("EXPECTED", "OVERDUE", "MISSED", "STOPPED");
registerEnumType(ExpectationStateEnum, {
  name: "ExpectationState",
  description: "How a series of payments stands today.",
  valuesConfig: {
    EXPECTED: { description: "The next payment is to come." },
    OVERDUE: { description: "One date has passed without its payment." },
    MISSED: { description: "Two dates or more have passed without one." },
    STOPPED: {
      description:
        "Three dates have passed, or two of a half-yearly or yearly series, or more than ever before: it is not expected any more.",
    },
  },
});

const CalendarEnum = named<CalendarName>(...CALENDAR_NAMES);
registerEnumType(CalendarEnum, {
  name: "BusinessCalendar",
  description:
    "Which days banks settle on: the TARGET2 system of the euro, a country's nationwide public holidays, or weekends alone.",
});

@ArgsType()
export class ExpectedCashFlowArguments {
  @Field(() => Float, {
    defaultValue: 0.5,
    description: "Leave out less certain ones, 0 to 1.",
  })
  minConfidence!: number;

  @Field(() => [ExpectationStateEnum], {
    defaultValue: ["EXPECTED", "OVERDUE", "MISSED"],
    description: "Series that stand so.",
  })
  states!: ExpectationState[];

  @Field(() => DateScalar, {
    nullable: true,
    description:
      "As seen on this day, by payments until then; today by default. It reads the movements, so it is slower.",
  })
  asOf?: string | null;

  @Field(() => CalendarEnum, {
    nullable: true,
    description: "Calendar of business days; that of the currency by default.",
  })
  calendar?: CalendarName | null;

  @Field(() => Int, {
    defaultValue: MOST_EVIDENCE,
    description: "Payments to show with each as its evidence, the latest ones, 0 to 6.",
  })
  evidence!: number;
}

@ObjectType("PastCashFlow", { description: "A past movement that supports an expectation." })
class PastCashFlowObject {
  @Field(() => TransactionEntity, { description: "The transaction." })
  transaction!: Pick<TransactionEntity, "id">;

  @Field(() => DateScalar, { description: "Its effective date." })
  date!: string;

  @Field(() => MoneyObject, { description: "What was paid or received, never negative." })
  amount!: MoneyJson;
}

@ObjectType("AmountChange", { description: "The latest lasting change of a series' amount." })
class AmountChangeObject {
  @Field(() => MoneyObject, { description: "The usual amount before." })
  from!: MoneyJson;

  @Field(() => MoneyObject, { description: "The usual amount since." })
  to!: MoneyJson;

  @Field(() => Float, { description: "The change in percent of the amount before, one decimal." })
  percent!: number;

  @Field(() => String, { description: "As a sentence: `price rose 30 %`." })
  message!: string;

  @Field(() => DateScalar, { description: "Date of the first payment of the new amount." })
  since!: string;

  @Field(() => TransactionEntity, { description: "The first payment of the new amount." })
  transaction!: Pick<TransactionEntity, "id">;
}

@ObjectType("ExpectationBackTest", {
  description:
    "How well the method would have predicted the latest payments of the series, each from what came before it.",
})
class ExpectationBackTestObject {
  @Field(() => Int, { description: "Payments that were predicted, at most 12." })
  tests!: number;

  @Field(() => Int, {
    description: "Of those, right ones: near the date, and within 25 % of the amount.",
  })
  hits!: number;
}

const RhythmKindEnum = named<RhythmParts["kind"]>("DAYS", "MONTH_DAYS", "BUSINESS_DAY", "WEEKDAY");
registerEnumType(RhythmKindEnum, {
  name: "PaymentRhythmKind",
  description: "What the dates of a series are counted by.",
  valuesConfig: {
    DAYS: { description: "Every so many days; whole weeks fall on a weekday." },
    MONTH_DAYS: { description: "Days of every so many months." },
    BUSINESS_DAY: { description: "The nth business day of every so many months." },
    WEEKDAY: { description: "The nth of a weekday, or the last one, of every so many months." },
  },
});

const RollEnum = named<Roll>("NONE", "FOLLOWING", "PRECEDING");
registerEnumType(RollEnum, {
  name: "BusinessDayRoll",
  description: "Where a date goes that is no business day.",
});

@ObjectType("PaymentRhythm", {
  description: "The parts of the rule that dates follow, for clients that word it themselves.",
})
class PaymentRhythmObject {
  @Field(() => RhythmKindEnum, { description: "What its dates are counted by." })
  kind!: RhythmParts["kind"];

  @Field(() => Int, { description: "Every so many days of DAYS, months of the others." })
  every!: number;

  @Field(() => Int, {
    nullable: true,
    description: "Of WEEKDAY, and of DAYS that are whole weeks: the weekday, 0 is Sunday.",
  })
  weekday!: number | null;

  @Field(() => [Int], {
    nullable: true,
    description: "Of MONTH_DAYS: days of the month; 31 is the last one of any month.",
  })
  days!: readonly number[] | null;

  @Field(() => Int, {
    nullable: true,
    description: "Of BUSINESS_DAY and WEEKDAY: which one; from the end of the month below 0.",
  })
  nth!: number | null;

  @Field(() => RollEnum, { description: "Where a date goes that is no business day." })
  roll!: Roll;

  @Field(() => [Int], {
    description: "Months of the year that are left out each year, 1 is January; mostly none.",
  })
  exceptMonths!: readonly number[];
}

@ObjectType("ExpectedCashFlow", {
  description: "The next payment of a series that has repeated regularly.",
})
export class ExpectedCashFlowObject {
  @Field(() => ID, { description: "Id of the series; the same as long as its payee is." })
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: "Name of the other side in the latest occurrence, if there is one.",
  })
  counterparty!: string | null;

  @Field(() => String, { description: "Description of the latest occurrence." })
  description!: string;

  @Field(() => CategoryObject, { description: "Category of the latest occurrence." })
  category!: CategoryObject;

  @Field(() => FlowDirectionEnum, { description: "Whether the fund receives or pays." })
  direction!: FlowDirection;

  @Field(() => RecurrenceEnum, { description: "How often it has repeated." })
  recurrence!: Recurrence;

  @Field(() => Int, {
    nullable: true,
    description: "Days from one date to the next; null for a series that follows the months.",
  })
  everyDays!: number | null;

  @Field(() => String, {
    description:
      "The rule its dates follow: `on day 25 of each month, or the business day before`.",
  })
  rule!: string;

  @Field(() => PaymentRhythmObject, {
    nullable: true,
    description: "The same rule in its parts.",
  })
  rhythm!: PaymentRhythmObject | null;

  @Field(() => CalendarEnum, { description: "Calendar of the business days in the rule." })
  calendar!: CalendarName;

  @Field(() => ExpectationStateEnum, { description: "How it stands today." })
  state!: ExpectationState;

  @Field(() => DateScalar, {
    description: "The next date, never in the past. Of a stopped series: when it would go on.",
  })
  date!: string;

  @Field(() => DateScalar, {
    description: "Earliest day by how early its payments came; with `latestDate` about 80 %.",
  })
  earliestDate!: string;

  @Field(() => DateScalar, { description: "Latest day by how late its payments came." })
  latestDate!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: "The first date that passed without its payment; null while none has.",
  })
  overdueSince!: string | null;

  @Field(() => Int, { description: "Dates that have passed without a payment since the latest." })
  missed!: number;

  @Field(() => MoneyObject, {
    description: "The amount of the present level, or by growth per period; never negative.",
  })
  amount!: MoneyJson;

  @Field(() => MoneyObject, { description: "Low end of the 80 % interval of the amount." })
  lowAmount!: MoneyJson;

  @Field(() => MoneyObject, { description: "High end of the 80 % interval of the amount." })
  highAmount!: MoneyJson;

  @Field(() => Float, {
    nullable: true,
    description: "Growth of the amount per period in percent, two decimals; null without a trend.",
  })
  growthPercent!: number | null;

  @Field(() => AmountChangeObject, {
    nullable: true,
    description: "The latest lasting change of the amount, if there was one.",
  })
  amountChange!: AmountChangeObject | null;

  @Field(() => Float, {
    description:
      "0 to 1: the hit rate of the back-test, drawn towards 0.85 while there are few tests and lowered by missed dates.",
  })
  confidence!: number;

  @Field(() => ExpectationBackTestObject, { description: "What the confidence rests on." })
  backTest!: ExpectationBackTestObject;

  @Field(() => String, { description: "The method behind the expectation." })
  source!: string;

  @Field(() => [PastCashFlowObject], {
    description:
      "The latest past occurrences, oldest first: as many as `evidence` of the list allows.",
  })
  evidence!: PastCashFlowObject[];
}
