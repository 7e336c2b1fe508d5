import type { EntrySide } from "@allfunds/contract/events";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateScalar,
  DateTimeScalar,
  DecimalScalar,
  JsonScalar,
} from "@allfunds/platform/graphql/types";
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { ActorObject, REPLAYED, toActor } from "../../graph/shared-types.ts";
import { EntrySideEnum } from "../accounts/account-object.ts";
import {
  EntryDimensionInput,
  EntryDimensionObject,
  toDimensionList,
} from "../dimensions/dimension-object.ts";
import type { JournalRound } from "./journal-job.ts";
import { JOURNAL_FREQUENCIES, type JournalFrequency } from "./journal-schedule.ts";
import type { JournalRefusal, RunRow, TemplateRow } from "./journal-sql.ts";
import { JOURNAL_REVERSALS, type JournalReversal } from "./journal-template.ts";

registerEnumType(JOURNAL_FREQUENCIES, {
  name: "JournalFrequency",
  description: "How often a journal is posted, counted from its first date.",
});

registerEnumType(JOURNAL_REVERSALS, {
  name: "JournalReversal",
  description:
    "When what a template posts is reversed: on the day after, or on the first day of the next month.",
});

const JOURNAL_OUTCOMES = { POSTED: "POSTED", PROPOSED: "PROPOSED", SKIPPED: "SKIPPED" } as const;
registerEnumType(JOURNAL_OUTCOMES, {
  name: "JournalOutcome",
  description:
    "What became of a day: POSTED; PROPOSED to another person, also where that person rejected it; or SKIPPED.",
});

@InputType({
  description:
    "A line of a journal template: with `amount`, with `percent` and `ofAccountId`, or with neither for what the other lines of its currency lack.",
})
export class JournalLineInput {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => EntrySideEnum, { description: "Side of the account." })
  side!: EntrySide;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "A fixed amount in the account's currency, more than 0.",
  })
  amount?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "So many percent of the balance of `ofAccountId` on its normal side on the day, rounded half to even: more than 0, at most 1,000.",
  })
  percent?: string | null;

  @Field(() => ID, { nullable: true, description: "An account of the same currency." })
  ofAccountId?: string | null;

  @Field(() => [EntryDimensionInput], {
    nullable: true,
    description: "Values of dimensions that its entries have, one of each.",
  })
  dimensions?: EntryDimensionInput[] | null;
}

@ObjectType("JournalLine", { description: "A line of a journal template." })
export class JournalLineObject {
  @Field(() => ID, { description: "The account." })
  accountId!: string;

  @Field(() => EntrySideEnum, { description: "Side of the account." })
  side!: EntrySide;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Its fixed amount in the account's currency.",
  })
  amount!: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Percentage of the balance of `ofAccountId`.",
  })
  percent!: string | null;

  @Field(() => ID, { nullable: true, description: "The account that the percentage is of." })
  ofAccountId!: string | null;

  @Field(() => [EntryDimensionObject], {
    description: "Values of dimensions that its entries have.",
  })
  dimensions!: EntryDimensionObject[];
}

@InputType({ description: "A journal that is posted again and again, whole." })
export class SetJournalTemplateInput {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => ID, {
    nullable: true,
    description: "UUID of the template; made by the ledger when absent.",
  })
  id?: string | null;

  @Field(() => Int, {
    defaultValue: 0,
    description: "The version that it replaces; 0 for a new template.",
  })
  replaces!: number;

  @Field(() => String, { description: "1 to 200 characters." })
  name!: string;

  @Field(() => String, { description: "Of the transactions, 1 to 450 characters." })
  description!: string;

  @Field(() => JsonScalar, { nullable: true, description: "Kept with each transaction." })
  metadata?: Record<string, unknown> | null;

  @Field(() => [JournalLineInput], { description: "2 to 200 lines." })
  entries!: JournalLineInput[];

  @Field(() => JOURNAL_FREQUENCIES, { description: "How often." })
  frequency!: JournalFrequency;

  @Field(() => Int, {
    nullable: true,
    description:
      "1 to 31; a month without that day has its last. Absent for WEEKLY: the weekday of the first date.",
  })
  dayOfMonth?: number | null;

  @Field(() => DateScalar, {
    description:
      "No day before it; quarters and years count from its month. Days that have passed are posted at once.",
  })
  firstDate!: string;

  @Field(() => DateScalar, { nullable: true, description: "No day after it." })
  lastDate?: string | null;

  @Field(() => JOURNAL_REVERSALS, {
    nullable: true,
    description: "Of accruals: when each transaction is reversed.",
  })
  reversal?: JournalReversal | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: "True to post nothing. The days that pass meanwhile are not caught up.",
  })
  isPaused!: boolean;

  @Field(() => String, { nullable: true, description: "Repeats with the same key set it once." })
  idempotencyKey?: string | null;
}

@ObjectType("JournalRefusal", { description: "Why a posting that is due was refused." })
export class JournalRefusalObject implements JournalRefusal {
  @Field(() => String, { description: "Code of the refusal." })
  code!: JournalRefusal["code"];

  @Field(() => String, { description: "What is wrong." })
  message!: string;

  @Field(() => ID, {
    nullable: true,
    description: "Of APPROVAL_REQUIRED: the proposal that waits.",
  })
  proposalId!: string | null;

  @Field(() => DateTimeScalar, { description: "When; it is tried again every 15 minutes." })
  refusedAt!: Date;
}

@ObjectType("JournalRun", { description: "What became of one day of a template." })
export class JournalRunObject implements RunRow {
  @Field(() => DateScalar, { description: "The day, which is the value date." })
  date!: string;

  @Field(() => JOURNAL_OUTCOMES, { description: "What became of it." })
  outcome!: RunRow["outcome"];

  transactionId!: string | null;
}

export const JournalRunConnection = connectionType("JournalRun", JournalRunObject);

@RequiresScopes("ledger:read")
@ObjectType("JournalTemplate", {
  description: "A journal that the ledger posts again and again: its newest version.",
})
export class JournalTemplateObject {
  @Field(() => ID, { description: "UUID of the template." })
  id!: string;

  @Field(() => Int, { description: "1, 2, 3 … of the template." })
  version!: number;

  @Field(() => String, { description: "Its name." })
  name!: string;

  @Field(() => String, { description: "Of the transactions." })
  description!: string;

  @Field(() => JsonScalar, { description: "Kept with each transaction." })
  metadata!: Record<string, unknown>;

  @Field(() => [JournalLineObject], { description: "Its lines." })
  entries!: JournalLineObject[];

  @Field(() => JOURNAL_FREQUENCIES, { description: "How often." })
  frequency!: JournalFrequency;

  @Field(() => Int, { nullable: true, description: "Day of the month; null for WEEKLY." })
  dayOfMonth!: number | null;

  @Field(() => DateScalar, { description: "No day before it." })
  firstDate!: string;

  @Field(() => DateScalar, { nullable: true, description: "No day after it." })
  lastDate!: string | null;

  @Field(() => JOURNAL_REVERSALS, { nullable: true, description: "When it is reversed." })
  reversal!: JournalReversal | null;

  @Field(() => Boolean, { description: "True while nothing is posted." })
  isPaused!: boolean;

  @Field(() => DateScalar, {
    nullable: true,
    description: "The next day to post; in the past while it is refused. Null when none is left.",
  })
  nextDate!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "The last day that was posted, proposed or skipped.",
  })
  ranUntil!: string | null;

  @Field(() => ActorObject, {
    nullable: true,
    description: "Who set this version. Its postings are that person's: limits apply to them.",
  })
  maker!: ActorObject;

  @Field(() => DateTimeScalar, { description: "When this version was set." })
  setAt!: Date;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;

  fundId!: string;
}

export const JournalTemplateConnection = connectionType("JournalTemplate", JournalTemplateObject);

@ObjectType("DueJournal", {
  description:
    "A posting whose day has come: a template's next day, or the reversal of an accrual.",
})
export class DueJournalObject {
  @Field(() => DateScalar, { description: "The day." })
  date!: string;

  @Field(() => JournalTemplateObject, { nullable: true, description: "Of a template's day." })
  template!: JournalTemplateObject | null;

  @Field(() => JournalRefusalObject, {
    nullable: true,
    description: "Why it was refused the last time; null when it was not tried yet.",
  })
  refusal!: JournalRefusal | null;

  accrualId!: string | null;
}

@ObjectType("JournalRound", { description: "What a round over the journals that are due did." })
export class JournalRoundObject implements JournalRound {
  @Field(() => Int, { description: "Transactions that were posted." })
  posted!: number;

  @Field(() => Int, { description: "Those that wait for another person's approval." })
  waiting!: number;

  @Field(() => Int, { description: "Days with nothing to post." })
  skipped!: number;

  @Field(() => Int, { description: "Refused ones; `Fund.dueJournals` states why." })
  refused!: number;
}

export function toTemplateObject(row: TemplateRow, replayed = false): JournalTemplateObject {
  const { payload, id, fundId, version, nextDate, ranUntil, setAt } = row;
  const { entries, maker, name, description, metadata, frequency, dayOfMonth } = payload;
  const { firstDate, lastDate, reversal, isPaused } = payload;
  return Object.assign(new JournalTemplateObject(), {
    id,
    fundId,
    version,
    name,
    description,
    metadata,
    entries: entries.map(({ accountId, side, amount, percent, ofAccountId, dimensions }) => ({
      dimensions: toDimensionList(dimensions),
      accountId,
      side,
      amount: amount ?? null,
      percent: percent ?? null,
      ofAccountId: ofAccountId ?? null,
    })),
    frequency,
    dayOfMonth,
    firstDate,
    lastDate,
    reversal,
    isPaused,
    nextDate,
    ranUntil,
    setAt,
    maker: toActor(maker),
    replayed,
  });
}
