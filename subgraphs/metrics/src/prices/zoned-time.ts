import { invalidInput } from "@allfunds/contract/errors";

const MS_PER_HOUR = 3_600_000;
// A year of hours.
const MOST_CACHED = 10_000;

/** Local times of an IANA time zone as instants. */
export class ZonedTime {
  readonly #format: Intl.DateTimeFormat;
  /** The offset of the zone in the hour that begins at an instant, in milliseconds. */
  readonly #offsets = new Map<number, number>();

  constructor(timeZone: string) {
    try {
      this.#format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    } catch {
      throw invalidInput(
        "csv.timeZone",
        "must be the IANA name of a time zone, such as Europe/Zurich",
      );
    }
  }

  /**
   * The instant of a local time, given as if it were UTC; null for a time that the clock skips or has
   * twice, because it names no one instant.
   */
  toInstant(localMs: number): number | null {
    // Zones lie between 12 hours behind UTC and 14 ahead of it, so both sides of any change are tried.
    const offsets = new Set(
      [-14, 0, 12].map((hours) => this.#offsetAt(localMs + hours * MS_PER_HOUR)),
    );
    const instants = [...offsets]
      .map((offset) => localMs - offset)
      .filter((instant) => instant + this.#offsetAt(instant) === localMs);
    return instants.length === 1 ? (instants[0] ?? null) : null;
  }

  #offsetAt(instant: number): number {
    // Zones change their offset on the quarter of an hour.
    const start = Math.floor(instant / (MS_PER_HOUR / 4));
    const cached = this.#offsets.get(start);
    if (cached !== undefined) return cached;
    if (this.#offsets.size > MOST_CACHED) this.#offsets.clear();
    const offset = this.#readOffset(instant);
    this.#offsets.set(start, offset);
    return offset;
  }

  #readOffset(instant: number): number {
    const name = this.#format.formatToParts(instant).find(({ type }) => type === "timeZoneName");
    const parts = /GMT(?<sign>[+-])(?<h>\d\d):(?<m>\d\d)(?::(?<s>\d\d))?/.exec(
      name?.value ?? "",
    )?.groups;
    if (parts === undefined) return 0;
    const seconds = Number(parts["h"]) * 3_600 + Number(parts["m"]) * 60 + Number(parts["s"] ?? 0);
    return (parts["sign"] === "-" ? -1 : 1) * seconds * 1_000;
  }
}
