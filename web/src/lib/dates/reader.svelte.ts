import { getContext, setContext } from "svelte";
import { formatInstant, formatTime } from "./format-date.ts";
import { dayIn, knownZone } from "./time-zone.ts";

/** The cookie in which a browser names its zone to the server. */
export const ZONE_COOKIE = "__Host-time-zone";
const YEAR_SECONDS = 31_536_000;

/** Who reads the page: instants and days are those of the reader's time zone. */
export class Reader {
  #zone = $state("");

  constructor(zone: string) {
    this.#zone = zone;
  }

  /** IANA name. The server's answer and the first paint in the browser use the same one. */
  get zone(): string {
    return this.#zone;
  }

  /** A UTC timestamp to the minute, with the zone named. */
  instant(timestamp: string): string {
    return formatInstant(timestamp, this.#zone);
  }

  /** The time of a UTC timestamp to the second. */
  time(timestamp: string): string {
    return formatTime(timestamp, this.#zone);
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

export function provideReader(zone: string): Reader {
  return setContext(KEY, new Reader(zone));
}

export function useReader(): Reader {
  return getContext<Reader>(KEY);
}
