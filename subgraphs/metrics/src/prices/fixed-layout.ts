import type { ZonedTime } from "./zoned-time.ts";

/** The time of a price as it is stored, an ISO date or an ISO instant, and its epoch milliseconds. */
export interface PriceTime {
  readonly text: string;
  readonly ms: number;
}

type Field = "YYYY" | "MM" | "DD" | "HH" | "mm" | "ss" | "Z";
type Step = { readonly field: Field; readonly width: number } | { readonly literal: number };

const FIELDS = /YYYY|MM|DD|HH|mm|ss|Z/;
const OTHER_TOKENS = /M|D/;
/** Layouts that PostgreSQL reads as they are. */
const ISO = /^YYYY-MM-DD(?:[T ]HH:mm(?::ss)?Z)?$/;

const FIRST_YEAR = 1900;
const MS_PER_MINUTE = 60_000;
const [ZERO, POINT, PLUS, MINUS, COLON, UTC] = [48, 46, 43, 45, 58, 90];
const LAST_ASCII = 127;
const LONGEST_TIME = 64;

/** A layout of times whose parts have fixed widths, read byte by byte. */
export class FixedLayout {
  readonly #steps: readonly Step[];
  readonly #zone: ZonedTime | null;
  readonly #isIso: boolean;
  readonly #isDay: boolean;
  readonly #ofText = new Uint8Array(LONGEST_TIME);
  // The parts of the time that is being read.
  #bytes: Uint8Array = this.#ofText;
  #at = 0;
  #end = 0;
  #millis = 0;
  #offsetMinutes = 0;

  private constructor(steps: readonly Step[], format: string, zone: ZonedTime | null) {
    this.#steps = steps;
    this.#zone = zone;
    this.#isIso = ISO.test(format);
    this.#isDay = !format.includes("HH");
  }

  /**
   * The layout of a format, whose times without an offset are of the zone; null when one of its parts has no
   * fixed width.
   */
  static of(format: string, zone: ZonedTime | null): FixedLayout | null {
    const steps: Step[] = [];
    for (let rest = format; rest !== "";) {
      const field = FIELDS.exec(rest);
      const token = field?.index === 0 ? (field[0] as Field) : undefined;
      if (token === undefined) {
        const literal = rest.charCodeAt(0);
        if (OTHER_TOKENS.test(rest.charAt(0)) || literal > LAST_ASCII) return null;
        steps.push({ literal });
        rest = rest.slice(1);
        continue;
      }
      if (token === "MM" && rest.startsWith("MMM")) return null;
      steps.push({ field: token, width: token.length });
      rest = rest.slice(token.length);
    }
    return new FixedLayout(steps, format, zone);
  }

  /** The time of a text; null when it is not written like this, or is no time or no one instant. */
  read(text: string): PriceTime | null {
    const { length } = text;
    if (length > LONGEST_TIME) return null;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      this.#ofText[at] = code > LAST_ASCII ? 0 : code;
    }
    const ms = this.readBytes(this.#ofText, 0, length);
    if (Number.isNaN(ms)) return null;
    if (this.#isIso) return { text, ms };
    const iso = new Date(ms).toISOString();
    return { text: this.#isDay ? iso.slice(0, 10) : iso, ms };
  }

  /** The epoch milliseconds of the time in a part of ASCII bytes; NaN where `read` returns null. */
  readBytes(bytes: Uint8Array, start: number, end: number): number {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#millis = 0;
    this.#offsetMinutes = 0;
    let [year, month, day, hour, minute, second] = [0, 1, 1, 0, 0, 0];
    for (const step of this.#steps) {
      if ("literal" in step) {
        if (this.#next() !== step.literal) return NaN;
        continue;
      }
      const value = step.field === "Z" ? this.#offset() : this.#digits(step.width);
      if (value < 0) return NaN;
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
          if (!this.#fraction()) return NaN;
          break;
        case "Z":
          break;
      }
    }
    if (this.#at !== end || hour > 23 || minute > 59 || second > 59) return NaN;
    if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 || day > daysOf(year, month))
      return NaN;
    const local = Date.UTC(year, month - 1, day, hour, minute, second, this.#millis);
    if (this.#isDay) return local;
    if (this.#zone === null) return local - this.#offsetMinutes * MS_PER_MINUTE;
    return this.#zone.toInstant(local) ?? NaN;
  }

  /** The byte at the place, which moves on; -1 at the end. */
  #next(): number {
    const byte = this.#peek();
    this.#at += 1;
    return byte;
  }

  #peek(): number {
    return this.#at < this.#end ? this.#bytes[this.#at]! : -1;
  }

  /** The number of the next digits; negative when there are others. */
  #digits(width: number): number {
    let value = 0;
    for (let count = 0; count < width; count += 1) {
      const digit = this.#next() - ZERO;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }

  /** A fraction of a second if there is one; false for one that is finer than a millisecond. */
  #fraction(): boolean {
    if (this.#peek() !== POINT) return true;
    this.#at += 1;
    const start = this.#at;
    for (let scale = 100; ; this.#at += 1, scale /= 10) {
      const digit = this.#peek() - ZERO;
      if (digit < 0 || digit > 9) break;
      // Finer instants would fall on one another.
      if (digit > 0 && scale < 1) return false;
      if (scale >= 1) this.#millis += digit * scale;
    }
    const count = this.#at - start;
    return count >= 1 && count <= 9;
  }

  /** Zero when an offset from UTC follows, and negative otherwise. */
  #offset(): number {
    const sign = this.#next();
    if (sign === UTC) return 0;
    if (sign !== PLUS && sign !== MINUS) return -1;
    const hours = this.#digits(2);
    if (this.#peek() === COLON) this.#at += 1;
    const minutes = this.#digits(2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return -1;
    this.#offsetMinutes = (sign === MINUS ? -1 : 1) * (hours * 60 + minutes);
    return 0;
  }
}

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS_OF_MONTH[month - 1] ?? 0);
}
