import { getContext, setContext } from "svelte";
import { partOf } from "../language/isolated.ts";
import { ABOUT, type Language } from "../language/languages.ts";
import { fitAmount, formatAmount, type AmountOptions } from "../money/format-money.ts";
import { HIDDEN_AMOUNT, withHiddenAmounts } from "../money/hidden-amounts.ts";
import type { Money } from "../money/money.ts";
import { formatDay, formatInstant, formatMonth, formatTime } from "./format-date.ts";
import { dayIn, knownZone } from "./time-zone.ts";

/** The cookie in which a browser names its zone to the server. */
export const ZONE_COOKIE = "__Host-time-zone";
const YEAR_SECONDS = 31_536_000;

interface ReaderOptions {
  readonly hidesAmounts?: boolean;
  readonly showsWhole?: boolean;
}

/** Who reads the page: days, times and amounts are written for the reader's time zone and language. */
export class Reader {
  readonly language: Language;
  /** BCP 47 tag of the locale whose notation is used. */
  readonly locale: string;
  /** Whether amounts are hidden from who looks on. */
  hidesAmounts = $state(false);
  #zone = $state("");

  /** Whether pages are whole from the start, because this browser's scripts may not run. */
  readonly showsWhole: boolean;

  constructor(
    zone: string,
    language: Language,
    { hidesAmounts = false, showsWhole = true }: ReaderOptions = {},
  ) {
    this.#zone = zone;
    this.hidesAmounts = hidesAmounts;
    this.showsWhole = showsWhole;
    this.language = language;
    ({ locale: this.locale } = ABOUT[language]);
  }

  /** IANA name. The server's answer and the first paint in the browser use the same one. */
  get zone(): string {
    return this.#zone;
  }

  /** A calendar date, which stays on one line. */
  day = (date: string): string =>
    this.#part(formatDay(date, this.locale).replaceAll(" ", "\u00a0"));

  /** The month of a calendar date. */
  month = (date: string): string => this.#part(formatMonth(date, this.locale));

  /** A UTC timestamp to the minute, with the zone named. */
  instant(timestamp: string): string {
    return this.#part(formatInstant(timestamp, this.#zone, this.locale));
  }

  /** The time of a UTC timestamp to the second. */
  time(timestamp: string): string {
    return formatTime(timestamp, this.#zone, this.locale);
  }

  /** A decimal string with grouped digits, hidden or not: a rate, a price, a number that is being typed. */
  amount = (amount: string, options?: AmountOptions): string =>
    formatAmount(amount, this.language, options);

  /** A decimal string, shortened where it does not fit into so many characters. */
  fit(amount: string, width: number, options?: AmountOptions): string {
    return fitAmount(amount, width, this.language, options);
  }

  /** An amount with its currency. */
  money = ({ amount, currency }: Money): string =>
    this.#part(`${this.quantity(amount)}\u00a0${currency}`);

  /** How much is held, of money or of units. */
  quantity = (amount: string): string => (this.hidesAmounts ? HIDDEN_AMOUNT : this.amount(amount));

  /** A sentence that was worded elsewhere, with its amounts. */
  words = (sentence: string): string =>
    this.hidesAmounts ? withHiddenAmounts(sentence) : sentence;

  /** What one unit of a currency costs in another. */
  rate({ base, quote, rate }: { base: string; quote: string; rate: string }): string {
    return this.#part(`1\u00a0${base} = ${this.amount(rate)}\u00a0${quote}`);
  }

  /** A share of one as a whole number of percent. */
  percent(share: number): string {
    return `${Math.round(share * 100)}%`;
  }

  #part(text: string): string {
    return partOf(this.language, text);
  }

  /** The reader's calendar date now. */
  today(): string {
    return dayIn(this.#zone, Date.now());
  }

  /** Takes the browser's zone, and names it to the server for the next pages. Call it after hydration. */
  adoptBrowserZone(): void {
    const zone = knownZone(new Intl.DateTimeFormat().resolvedOptions().timeZone);
    this.#zone = zone;
    if (document.cookie.includes(`${ZONE_COOKIE}=${zone}`)) return;
    document.cookie = `${ZONE_COOKIE}=${zone}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax; Secure`;
  }
}

const KEY = Symbol("reader");

export function provideReader(...of: ConstructorParameters<typeof Reader>): Reader {
  return setContext(KEY, new Reader(...of));
}

export function useReader(): Reader {
  return getContext<Reader>(KEY);
}
