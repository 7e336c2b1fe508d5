import { AppError, invalidInput } from "@allfunds/contract/errors";
import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import { z } from "zod";
import type { BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import { defineTable, ONLY, required } from "../../engine/table.ts";
import { requireFund } from "../funds/fund.ts";

/** How far a value date may be from the day of recording before a client has to confirm it; calendar days. */
export interface ValueDateLimits {
  readonly daysBehind: number;
  readonly daysAhead: number;
}

/** What holds in a fund until others are set: three years behind, two years ahead. */
export const USUAL_LIMITS: ValueDateLimits = { daysBehind: 1_096, daysAhead: 731 };

const VALUE_DATE_LIMIT = defineTable<ValueDateLimits>({
  name: "value_date_limit",
  bookColumn: "book_id",
  columns: [
    { name: "days_behind", type: "integer", of: ({ daysBehind }) => daysBehind },
    { name: "days_ahead", type: "integer", of: ({ daysAhead }) => daysAhead },
  ],
  read: (texts) => ({
    daysBehind: Number(required(texts, "days_behind")),
    daysAhead: Number(required(texts, "days_ahead")),
  }),
});

/** The command to set how far value dates may be from today. */
export interface SetValueDateLimits extends ValueDateLimits {
  readonly kind: "SetValueDateLimits";
  readonly fundId: string;
}

/** Value dates farther away than this have to be confirmed from now on. */
export interface ValueDateLimitsSet extends ValueDateLimits {
  readonly type: "ValueDateLimitsSet";
  readonly fundId: string;
  /** The rules for changes of controls judged it; absent in events of earlier versions. */
  readonly judged?: true;
  /** Position of the tenant's own book by whose limit of changes one person set them. */
  readonly limitsAt?: number;
  /** Whether the tenant had a second administrator; absent where that is not known. */
  readonly secondAdministrator?: boolean;
}

/** As it is kept while it waits for approval. */
const storedLimits = z.object({
  kind: z.literal("SetValueDateLimits"),
  fundId: z.string(),
  daysBehind: z.number(),
  daysAhead: z.number(),
});

/** The value date of a client's posting. */
export interface ClientValueDate {
  readonly effectiveDate: string;
  /** Absent in postings that no client dated, such as those of statements and jobs: they are not checked. */
  readonly confirmsFarDate?: boolean | undefined;
}

/** Description of the field by which a client confirms a value date. */
export const CONFIRM_FAR_DATE =
  "True when a value date far from today is meant: farther than `Fund.valueDateLimits` it is VALUE_DATE_FAR without it.";

/** What holds in a fund now. */
export const valueDateLimitsOf = (state: BookState): ValueDateLimits =>
  state.get(VALUE_DATE_LIMIT, ONLY) ?? USUAL_LIMITS;

const DAY_MS = 86_400_000;

/** Refuses a value date that is far from today, unless the client confirmed it. */
export function refuseFarDate(
  state: BookState,
  { effectiveDate, confirmsFarDate }: ClientValueDate,
  now: Date,
): void {
  if (confirmsFarDate !== false) return;
  const { daysBehind, daysAhead } = valueDateLimitsOf(state);
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const days = (Date.parse(effectiveDate) - today) / DAY_MS;
  const isFar = days < -daysBehind || days > daysAhead;
  if (!isFar) return;
  const message =
    days < 0
      ? `lies ${-days} days behind today; more than ${daysBehind} have to be confirmed`
      : `lies ${days} days ahead of today; more than ${daysAhead} have to be confirmed`;
  throw new AppError("VALUE_DATE_FAR", `The value date ${effectiveDate} ${message}.`, {
    violations: [{ path: "effectiveDate", message }],
  });
}

const MOST_DAYS = 36_525;

function checkDays({ daysBehind, daysAhead }: ValueDateLimits): void {
  for (const [name, days] of Object.entries({ daysBehind, daysAhead })) {
    if (days < 0 || days > MOST_DAYS) throw invalidInput(name, `must be 0 to ${MOST_DAYS}`);
  }
}

/** No events when these are the limits already. */
function decideLimits(
  { fundId, daysBehind, daysAhead }: SetValueDateLimits,
  state: BookState,
): ValueDateLimitsSet[] {
  requireFund(state, fundId);
  checkDays({ daysBehind, daysAhead });
  const before = valueDateLimitsOf(state);
  if (before.daysBehind === daysBehind && before.daysAhead === daysAhead) return [];
  return [{ type: "ValueDateLimitsSet", fundId, daysBehind, daysAhead, judged: true }];
}

class CreateValueDateLimits extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE value_date_limit (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      days_behind integer NOT NULL,
      days_ahead integer NOT NULL,
      CONSTRAINT value_date_limit_pkey PRIMARY KEY (tenant_id, book_id)
    )`);
    this.addSql(...enforceTenancy("value_date_limit"));
    this.addSql(`CREATE POLICY granted_funds ON value_date_limit AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON value_date_limit FROM PUBLIC, CURRENT_USER`);
    this.addSql(
      `GRANT SELECT, INSERT, UPDATE (days_behind, days_ahead) ON value_date_limit TO CURRENT_USER`,
    );
  }
}

export const VALUE_DATES = defineSlice<SetValueDateLimits, ValueDateLimitsSet>({
  name: "value dates",
  tables: [VALUE_DATE_LIMIT],
  migrations: [{ name: "0123-value-dates", class: CreateValueDateLimits }],
  commands: {
    SetValueDateLimits: { decide: decideLimits, stored: (json) => storedLimits.parse(json) },
  },
  events: {
    ValueDateLimitsSet: {
      codec: codecOf<ValueDateLimitsSet>("ValueDateLimitsSet"),
      evolve: (draft, { daysBehind, daysAhead }) =>
        draft.put(VALUE_DATE_LIMIT, ONLY, { daysBehind, daysAhead }),
      check: (state, event) => {
        requireFund(state, event.fundId);
        checkDays(event);
      },
    },
  },
});
