/** A day on which euro payments settle. */
export interface BusinessDay {
  /** ISO calendar date. */
  readonly date: string;
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 for Monday to 5 for Friday. */
  readonly weekday: number;
  /** Days of the month that fall due today: today's, and those of the closed days just before. */
  readonly dueDays: ReadonlySet<number>;
  readonly isLastOfMonth: boolean;
  /** ISO dates of the business days before and after. */
  readonly previous: string;
  readonly following: string;
}

const DAY_MS = 86_400_000;

/** Every business day from `first` to `last`, both included. */
export function businessDays(first: string, last: string): BusinessDay[] {
  const days: BusinessDay[] = [];
  for (let time = Date.parse(first); time <= Date.parse(last); time += DAY_MS) {
    if (isOpen(time)) days.push(describe(time));
  }
  return days;
}

function describe(time: number): BusinessDay {
  const date = new Date(time);
  const previous = nearestOpen(time, -DAY_MS);
  const following = nearestOpen(time, DAY_MS);
  const dueDays = new Set<number>();
  for (let due = previous + DAY_MS; due <= time; due += DAY_MS) {
    dueDays.add(new Date(due).getUTCDate());
  }
  return {
    date: isoDate(time),
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    weekday: date.getUTCDay(),
    dueDays,
    isLastOfMonth: new Date(following).getUTCMonth() !== date.getUTCMonth(),
    previous: isoDate(previous),
    following: isoDate(following),
  };
}

function nearestOpen(time: number, step: number): number {
  let candidate = time + step;
  while (!isOpen(candidate)) candidate += step;
  return candidate;
}

/** Closed on weekends and on the six holidays of the euro's payment system. */
function isOpen(time: number): boolean {
  const date = new Date(time);
  if (date.getUTCDay() === 0 || date.getUTCDay() === 6) return false;
  if (["01-01", "05-01", "12-25", "12-26"].includes(isoDate(time).slice(5))) return false;
  const easter = easterSunday(date.getUTCFullYear());
  return time !== easter - 2 * DAY_MS && time !== easter + DAY_MS;
}

/** The Gregorian computus in the form of Meeus, Jones and Butcher. */
function easterSunday(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const weekday =
    (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - epact - (yearOfCentury % 4)) % 7;
  const shift = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const march = epact + weekday - 7 * shift + 114;
  return Date.UTC(year, Math.floor(march / 31) - 1, (march % 31) + 1);
}

function isoDate(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
