import type { ZonedTime } from "./zoned-time.ts";

/** The time of a price as it is stored, an ISO date or an ISO instant, and its epoch milliseconds. */
export interface PriceTime {
  readonly text: string;
  readonly ms: number;
}

type Field = "YYYY" | "MM" | "DD" | "HH" | "mm" | "ss" | "Z";
type Step = { readonly field: Field; readonly width: number } | { readonly literal: string };

const FIELDS = /YYYY|MM|DD|HH|mm|ss|Z/;
const OTHER_TOKENS = /M|D/;
/** Layouts that PostgreSQL reads as they are. */
const ISO = /^YYYY-MM-DD(?:[T ]HH:mm(?::ss)?Z)?$/;

const FIRST_YEAR = 1900;
const MS_PER_MINUTE = 60_000;

/** A layout of times whose parts have fixed widths, read character by character. */
export class FixedLayout {
  readonly #steps: readonly Step[];
  readonly #isIso: boolean;
  readonly #isDay: boolean;
  // The parts of the time that is being read.
  #text = "";
  #at = 0;
  #millis = 0;
  #offsetMinutes = 0;

  private constructor(steps: readonly Step[], format: string) {
    this.#steps = steps;
    this.#isIso = ISO.test(format);
    this.#isDay = !format.includes("HH");
  }

  /** The layout of a format; null when one of its parts has no fixed width. */
  static of(format: string): FixedLayout | null {
    const steps: Step[] = [];
    for (let rest = format; rest !== "";) {
      const field = FIELDS.exec(rest);
      const token = field?.index === 0 ? (field[0] as Field) : undefined;
      if (token === undefined) {
        const literal = rest.charAt(0);
        if (OTHER_TOKENS.test(literal)) return null;
        steps.push({ literal });
        rest = rest.slice(1);
        continue;
      }
      if (token === "MM" && rest.startsWith("MMM")) return null;
      steps.push({ field: token, width: token.length });
      rest = rest.slice(token.length);
    }
    return new FixedLayout(steps, format);
  }

  /** The time of a text; null when it is not written like this, or is no time or no one instant. */
  read(text: string, zone: ZonedTime | null): PriceTime | null {
    this.#text = text;
    this.#at = 0;
    this.#millis = 0;
    this.#offsetMinutes = 0;
    let [year, month, day, hour, minute, second] = [0, 1, 1, 0, 0, 0];
    for (const step of this.#steps) {
      if ("literal" in step) {
        if (text.charAt(this.#at) !== step.literal) return null;
        this.#at += 1;
        continue;
      }
      const value = step.field === "Z" ? this.#offset() : this.#digits(step.width);
      if (value < 0) return null;
      switch (step.field) {
        case "YYYY":
          year = value;
          break;
        case "MM":
          month = value;
          break;
        case "DD":
          day = value;
          break;
        case "HH":
          hour = value;
          break;
        case "mm":
          minute = value;
          break;
        case "ss":
          second = value;
          if (!this.#fraction()) return null;
          break;
        case "Z":
          break;
      }
    }
    if (this.#at !== text.length || hour > 23 || minute > 59 || second > 59) return null;
    if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 || day > daysOf(year, month))
      return null;
    return this.#toTime(Date.UTC(year, month - 1, day, hour, minute, second, this.#millis), zone);
  }

  #toTime(local: number, zone: ZonedTime | null): PriceTime | null {
    if (this.#isDay) {
      const text = this.#isIso ? this.#text : new Date(local).toISOString().slice(0, 10);
      return { text, ms: local };
    }
    const ms = zone === null ? local - this.#offsetMinutes * MS_PER_MINUTE : zone.toInstant(local);
    if (ms === null) return null;
    return { text: this.#isIso ? this.#text : new Date(ms).toISOString(), ms };
  }

  /** The number of the next digits; negative when there are others. */
  #digits(width: number): number {
    let value = 0;
    for (let count = 0; count < width; count += 1) {
      const digit = this.#text.charCodeAt(this.#at) - 48;
      // It is not a number after the end.
      if (!(digit >= 0 && digit <= 9)) return -1;
      value = value * 10 + digit;
      this.#at += 1;
    }
    return value;
  }

  /** A fraction of a second if there is one; false for one that is finer than a millisecond. */
  #fraction(): boolean {
    if (this.#text.charAt(this.#at) !== ".") return true;
    const start = this.#at + 1;
    let scale = 100;
    for (this.#at = start; ; this.#at += 1, scale /= 10) {
      const digit = this.#text.charCodeAt(this.#at) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      // Finer instants would fall on one another.
      if (digit > 0 && scale < 1) return false;
      if (scale >= 1) this.#millis += digit * scale;
    }
    const count = this.#at - start;
    return count >= 1 && count <= 9;
  }

  /** Zero when an offset from UTC follows, and negative otherwise. */
  #offset(): number {
    const sign = this.#text.charAt(this.#at);
    this.#at += 1;
    if (sign === "Z") return 0;
    if (sign !== "+" && sign !== "-") return -1;
    const hours = this.#digits(2);
    if (this.#text.charAt(this.#at) === ":") this.#at += 1;
    const minutes = this.#digits(2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return -1;
    this.#offsetMinutes = (sign === "-" ? -1 : 1) * (hours * 60 + minutes);
    return 0;
  }
}

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS_OF_MONTH[month - 1] ?? 0);
}
