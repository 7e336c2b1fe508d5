import type { ExpectedPaymentRowFragment } from "../graph/graph-types.generated.ts";
import { textBy, type Translate } from "../language/messages.ts";

type Shown = NonNullable<ExpectedPaymentRowFragment["rhythm"]>;
type Rhythm = Omit<Shown, "days" | "exceptMonths"> & {
  readonly days: readonly number[] | null;
  readonly exceptMonths: readonly number[];
};

/** A Sunday. */
const FIRST_WEEKDAY = Date.UTC(2026, 0, 4);
const DAY_MS = 86_400_000;
const DAYS_OF_WEEK = 7;
/** The last day of any month. */
const LAST_DAY = 31;

/** The rule that the dates of a series follow, in the reader's language; undefined where it has no text. */
export function rhythmText(rhythm: Rhythm, t: Translate, locale: string): string | undefined {
  const roll = rhythm.roll === "NONE" ? "" : t(`rhythm.roll.${rhythm.roll}`);
  if (rhythm.kind === "DAYS") {
    if (rhythm.weekday === null) return t("rhythm.everyDays", { days: rhythm.every, roll });
    const weekday = weekdayName(rhythm.weekday, locale);
    const weeks = rhythm.every / DAYS_OF_WEEK;
    return weeks === 1
      ? t("rhythm.week", { weekday, roll })
      : t("rhythm.weeks", { weeks, weekday, roll });
  }
  const months = textBy(t, `rhythm.every.${rhythm.every}`);
  if (months === undefined) return undefined;
  const every = withoutMonths(months, rhythm.exceptMonths, t, locale);
  const { nth, days, weekday } = rhythm;
  if (rhythm.kind === "WEEKDAY") {
    const named = { weekday: weekday === null ? "" : weekdayName(weekday, locale), every, roll };
    return textBy(t, `rhythm.nthWeekday.${nth}`, named);
  }
  if (nth !== null) {
    return nth < 0
      ? t("rhythm.businessDayFromEnd", { nth: -nth, every })
      : t("rhythm.businessDay", { nth, every });
  }
  if (days?.[0] === LAST_DAY && rhythm.roll === "PRECEDING") {
    return t("rhythm.lastBusinessDay", { every });
  }
  const named = (days ?? []).map((day) =>
    day === LAST_DAY ? t("rhythm.lastDay") : t("rhythm.day", { day }),
  );
  const all = new Intl.ListFormat(locale, { type: "conjunction" }).format(named);
  return t("rhythm.days", { days: all, every, roll });
}

function withoutMonths(
  every: string,
  months: readonly number[],
  t: Translate,
  locale: string,
): string {
  if (months.length === 0) return every;
  const named = months.map((month) => monthName(month, locale));
  const all = new Intl.ListFormat(locale, { type: "conjunction" }).format(named);
  return t("rhythm.but", { every, months: all });
}

const monthName = (month: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { month: "long", timeZone: "UTC" }).format(
    Date.UTC(2026, month - 1),
  );

const weekdayName = (weekday: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" }).format(
    FIRST_WEEKDAY + weekday * DAY_MS,
  );
