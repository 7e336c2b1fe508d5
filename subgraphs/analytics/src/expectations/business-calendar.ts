import {
  dayOf,
  dayOfDate,
  firstDayOfMonth,
  lastDayOfMonth,
  monthNumber,
  partsOf,
  weekdayOf,
} from "./day.ts";

/**
 * Which days banks settle on. Holidays follow from rules, so any year is known: TARGET2 by the calendar of the
 * European Central Bank, the others by the law on public holidays of the country, nationwide ones only.
 */
export const CALENDAR_NAMES = [
  "TARGET2",
  "CH",
  "DE",
  "ES",
  "FR",
  "GB",
  "IE",
  "IL",
  "LU",
  "US",
  "WEEKENDS",
] as const;
export type CalendarName = (typeof CALENDAR_NAMES)[number];

export interface BusinessCalendar {
  readonly name: CalendarName;
  /** IANA zone whose date is today's. */
  readonly timeZone: string;
  isBusinessDay(day: number): boolean;
  /** Which business day of its month a day is, from the start and from the end; 0 for any other day. */
  ordinalOf(day: number): BusinessDayOrdinal;
}

interface BusinessDayOrdinal {
  readonly fromStart: number;
  readonly fromEnd: number;
}

const NO_BUSINESS_DAY: BusinessDayOrdinal = { fromStart: 0, fromEnd: 0 };

interface CalendarRules {
  readonly timeZone: string;
  /** Days of the week without settlement, Sunday is 0. */
  readonly weekend: readonly number[];
  readonly holidaysOf: (year: number) => readonly number[];
}

const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
const FRIDAY = 5;
const SATURDAY = 6;
const WEEKEND = [SATURDAY, SUNDAY];

/** Easter Sunday of the Gregorian calendar (J. Meeus, Astronomical Algorithms, chapter 8). */
export function easterSunday(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const moonCorrection = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - moonCorrection + 15) % 30;
  const weekday =
    (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7;
  const shift = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const sum = epact + weekday - 7 * shift + 114;
  return dayOf(year, Math.floor(sum / 31), (sum % 31) + 1);
}

/** The nth weekday of a month; the last one for -1. */
function nthWeekday(year: number, month: number, weekday: number, nth: number): number {
  if (nth < 0) {
    const last = lastDayOfMonth(year, month);
    return last - ((weekdayOf(last) - weekday + 7) % 7);
  }
  const first = dayOf(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (nth - 1);
}

const fixed = (year: number, ...days: readonly (readonly [month: number, day: number])[]) =>
  days.map(([month, day]) => dayOf(year, month, day));

/** A holiday on a weekend moves to the next weekday that is none itself. */
function movedToWeekday(holidays: readonly number[]): number[] {
  const taken = new Set(holidays.filter((day) => !WEEKEND.includes(weekdayOf(day))));
  for (const holiday of holidays) {
    let day = holiday;
    while (WEEKEND.includes(weekdayOf(day)) || (day !== holiday && taken.has(day))) day += 1;
    taken.add(day);
  }
  return [...taken];
}

function ofEaster(year: number, ...offsets: readonly number[]): number[] {
  const easter = easterSunday(year);
  return offsets.map((offset) => easter + offset);
}

const GOOD_FRIDAY = -2;
const EASTER_MONDAY = 1;
const ASCENSION = 39;
const WHIT_MONDAY = 50;

/** Nationwide holidays that were proclaimed for one year. */
const PROCLAIMED = {
  DE: ["2017-10-31"],
  GB: ["2020-05-08", "2022-06-02", "2022-06-03", "2022-09-19", "2023-05-08"],
  IE: ["2022-03-18"],
} as const;

const proclaimed = (country: keyof typeof PROCLAIMED, year: number): number[] =>
  PROCLAIMED[country].map(dayOfDate).filter((day) => partsOf(day).year === year);

function holidaysOfGreatBritain(year: number): number[] {
  const springDay = nthWeekday(year, 5, MONDAY, -1);
  const earlyMay = nthWeekday(year, 5, MONDAY, 1);
  return [
    ...movedToWeekday(fixed(year, [1, 1], [12, 25], [12, 26])),
    ...ofEaster(year, GOOD_FRIDAY, EASTER_MONDAY),
    ...(year === 2020 ? [] : [earlyMay]),
    ...(year === 2022 ? [] : [springDay]),
    nthWeekday(year, 8, MONDAY, -1),
    ...proclaimed("GB", year),
  ];
}

function holidaysOfIreland(year: number): number[] {
  const brigid = dayOf(year, 2, 1);
  const observed = weekdayOf(brigid) === FRIDAY ? brigid : nthWeekday(year, 2, MONDAY, 1);
  return [
    ...movedToWeekday(fixed(year, [1, 1], [3, 17], [12, 25], [12, 26])),
    ...ofEaster(year, EASTER_MONDAY),
    ...(year >= 2023 ? [observed] : []),
    ...[5, 6, 8].map((month) => nthWeekday(year, month, MONDAY, 1)),
    nthWeekday(year, 10, MONDAY, -1),
    ...proclaimed("IE", year),
  ];
}

/** Holidays of the Federal Reserve: one on a Sunday is kept on Monday, one on a Saturday is not moved. */
function holidaysOfTheUnitedStates(year: number): number[] {
  const days = fixed(year, [1, 1], [7, 4], [11, 11], [12, 25]);
  if (year >= 2021) days.push(dayOf(year, 6, 19));
  return [
    ...days.map((day) => (weekdayOf(day) === SUNDAY ? day + 1 : day)),
    nthWeekday(year, 1, MONDAY, 3),
    nthWeekday(year, 2, MONDAY, 3),
    nthWeekday(year, 5, MONDAY, -1),
    nthWeekday(year, 9, MONDAY, 1),
    nthWeekday(year, 10, MONDAY, 2),
    nthWeekday(year, 11, THURSDAY, 4),
  ];
}

const HEBREW = new Intl.DateTimeFormat("en-u-ca-hebrew", {
  timeZone: "UTC",
  day: "numeric",
  month: "long",
});
const HEBREW_HOLIDAYS = new Set(
  "15 Nisan,21 Nisan,6 Sivan,1 Tishri,2 Tishri,10 Tishri,15 Tishri,22 Tishri".split(","),
);

/** By the Hebrew calendar; Independence Day keeps clear of the Sabbath. */
function holidaysOfIsrael(year: number): number[] {
  const found: number[] = [];
  for (let day = dayOf(year, 1, 1); day <= dayOf(year, 12, 31); day += 1) {
    const parts = HEBREW.formatToParts(day * 86_400_000);
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "";
    const date = `${part("day")} ${part("month")}`;
    if (HEBREW_HOLIDAYS.has(date)) found.push(day);
    if (date === "5 Iyar") found.push(independenceDay(day));
  }
  return found;
}

function independenceDay(fifthOfIyar: number): number {
  const weekday = weekdayOf(fifthOfIyar);
  if (weekday === FRIDAY) return fifthOfIyar - 1;
  if (weekday === SATURDAY) return fifthOfIyar - 2;
  return weekday === MONDAY ? fifthOfIyar + 1 : fifthOfIyar;
}

const RULES: Readonly<Record<CalendarName, CalendarRules>> = {
  TARGET2: {
    timeZone: "Europe/Berlin",
    weekend: WEEKEND,
    holidaysOf: (year) => [
      ...fixed(year, [1, 1], [5, 1], [12, 25], [12, 26]),
      ...ofEaster(year, GOOD_FRIDAY, EASTER_MONDAY),
    ],
  },
  CH: {
    timeZone: "Europe/Zurich",
    weekend: WEEKEND,
    holidaysOf: (year) => [
      ...fixed(year, [1, 1], [1, 2], [5, 1], [8, 1], [12, 25], [12, 26]),
      ...ofEaster(year, GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    ],
  },
  DE: {
    timeZone: "Europe/Berlin",
    weekend: WEEKEND,
    holidaysOf: (year) => [
      ...fixed(year, [1, 1], [5, 1], [10, 3], [12, 25], [12, 26]),
      ...proclaimed("DE", year),
      ...ofEaster(year, GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    ],
  },
  ES: {
    timeZone: "Europe/Madrid",
    weekend: WEEKEND,
    holidaysOf: (year) => [
      ...fixed(
        year,
        [1, 1],
        [1, 6],
        [5, 1],
        [8, 15],
        [10, 12],
        [11, 1],
        [12, 6],
        [12, 8],
        [12, 25],
      ),
      ...ofEaster(year, GOOD_FRIDAY),
    ],
  },
  FR: {
    timeZone: "Europe/Paris",
    weekend: WEEKEND,
    holidaysOf: (year) => [
      ...fixed(year, [1, 1], [5, 1], [5, 8], [7, 14], [8, 15], [11, 1], [11, 11], [12, 25]),
      ...ofEaster(year, EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    ],
  },
  GB: { timeZone: "Europe/London", weekend: WEEKEND, holidaysOf: holidaysOfGreatBritain },
  IE: { timeZone: "Europe/Dublin", weekend: WEEKEND, holidaysOf: holidaysOfIreland },
  IL: {
    timeZone: "Asia/Jerusalem",
    weekend: [FRIDAY, SATURDAY],
    holidaysOf: holidaysOfIsrael,
  },
  LU: {
    timeZone: "Europe/Luxembourg",
    weekend: WEEKEND,
    holidaysOf: (year) => [
      ...fixed(year, [1, 1], [5, 1], [6, 23], [8, 15], [11, 1], [12, 25], [12, 26]),
      ...(year >= 2019 ? fixed(year, [5, 9]) : []),
      ...ofEaster(year, EASTER_MONDAY, ASCENSION, WHIT_MONDAY),
    ],
  },
  US: { timeZone: "America/New_York", weekend: WEEKEND, holidaysOf: holidaysOfTheUnitedStates },
  WEEKENDS: { timeZone: "UTC", weekend: WEEKEND, holidaysOf: () => [] },
};

class RuledCalendar implements BusinessCalendar {
  readonly name: CalendarName;
  readonly #rules: CalendarRules;
  readonly #holidays = new Map<number, ReadonlySet<number>>();
  readonly #months = new Map<number, readonly BusinessDayOrdinal[]>();

  constructor(name: CalendarName) {
    this.name = name;
    this.#rules = RULES[name];
  }

  get timeZone(): string {
    return this.#rules.timeZone;
  }

  isBusinessDay(day: number): boolean {
    return this.ordinalOf(day) !== NO_BUSINESS_DAY;
  }

  ordinalOf(day: number): BusinessDayOrdinal {
    const month = monthNumber(day);
    let ordinals = this.#months.get(month);
    if (ordinals === undefined) {
      ordinals = this.#count(month);
      this.#months.set(month, ordinals);
    }
    return ordinals[day - firstDayOfMonth(month)] ?? NO_BUSINESS_DAY;
  }

  #count(month: number): readonly BusinessDayOrdinal[] {
    const [first, end] = [firstDayOfMonth(month), firstDayOfMonth(month + 1)];
    const days = Array.from({ length: end - first }, (_, index) => first + index);
    const open = days.filter((day) => !this.#isClosed(day));
    return days.map((day) => {
      const index = open.indexOf(day);
      if (index < 0) return NO_BUSINESS_DAY;
      return { fromStart: index + 1, fromEnd: open.length - index };
    });
  }

  #isClosed(day: number): boolean {
    return this.#rules.weekend.includes(weekdayOf(day)) || this.#isHoliday(day);
  }

  #isHoliday(day: number): boolean {
    const { year } = partsOf(day);
    let holidays = this.#holidays.get(year);
    if (holidays === undefined) {
      holidays = new Set(this.#rules.holidaysOf(year));
      this.#holidays.set(year, holidays);
    }
    return holidays.has(day);
  }
}

const calendars = new Map<CalendarName, BusinessCalendar>();

export function calendarOf(name: CalendarName): BusinessCalendar {
  let calendar = calendars.get(name);
  if (calendar === undefined) {
    calendar = new RuledCalendar(name);
    calendars.set(name, calendar);
  }
  return calendar;
}

const BY_CURRENCY: Readonly<Record<string, CalendarName>> = {
  CHF: "CH",
  EUR: "TARGET2",
  GBP: "GB",
  ILS: "IL",
  USD: "US",
};

/** Payments settle by the calendar of their currency; weekends only where its holidays are not known. */
export const calendarOfCurrency = (currency: string): CalendarName =>
  BY_CURRENCY[currency] ?? "WEEKENDS";

export function nextBusinessDay(day: number, calendar: BusinessCalendar): number {
  let next = day;
  while (!calendar.isBusinessDay(next)) next += 1;
  return next;
}

export function previousBusinessDay(day: number, calendar: BusinessCalendar): number {
  let previous = day;
  while (!calendar.isBusinessDay(previous)) previous -= 1;
  return previous;
}
