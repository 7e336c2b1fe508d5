import type { Logger } from "@allfunds/platform/logging";
import type { FundChanged, FundDelta } from "../feed/fund-delta.ts";
import type { FundUpdates } from "../feed/fund-updates.ts";
import { LatestValue } from "../feed/latest-value.ts";
import { utcDate } from "../series/calendar.ts";
import { advance } from "./fund-figures.ts";
import type { FundFigures } from "./fund-figures.ts";

/** Reads a fund's figures as of a day; undefined when the fund is not followed. */
type ReadFigures = (
  tenantId: string,
  fundId: string,
  today: string,
) => Promise<FundFigures | undefined>;

interface Parts {
  readonly updates: Pick<FundUpdates, "listen">;
  readonly read: ReadFigures;
  readonly logger: Logger;
  /** The present; a new day in UTC moves every window. */
  readonly now?: (() => Date) | undefined;
}

/** Beyond this many waiting deltas the figures are read again instead. */
const MOST_WAITING = 1_000;

/**
 * The figures of the funds that this replica has subscribers of. They are read once and then advanced by
 * the deltas of applied events; after a gap, a change of accounts, recorded exchange rates or midnight they are
 * read again.
 */
export class LiveFigures {
  readonly #parts: Parts;
  readonly #funds = new Map<string, LiveFund>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Figures after each change of one fund from now on; a slow reader gets the latest only. */
  subscribe(tenantId: string, fundId: string): LatestValue<FundFigures> {
    const key = `${tenantId} ${fundId}`;
    const live = this.#funds.get(key) ?? new LiveFund(tenantId, fundId, this.#parts);
    this.#funds.set(key, live);
    const subscriber = new LatestValue<FundFigures>(() => {
      live.subscribers.delete(subscriber);
      if (live.subscribers.size > 0) return;
      live.stop();
      this.#funds.delete(key);
    });
    live.subscribers.add(subscriber);
    return subscriber;
  }

  async stop(): Promise<void> {
    for (const { subscribers } of this.#funds.values()) {
      for (const subscriber of subscribers) await subscriber.return();
    }
  }
}

class LiveFund {
  readonly subscribers = new Set<LatestValue<FundFigures>>();
  readonly stop: () => void;
  readonly #tenantId: string;
  readonly #fundId: string;
  readonly #parts: Parts;
  #figures: FundFigures | undefined;
  /** What was notified while the figures are read; null when they are not. */
  #waiting: (FundDelta | null)[] | null = null;

  constructor(tenantId: string, fundId: string, parts: Parts) {
    this.#tenantId = tenantId;
    this.#fundId = fundId;
    this.#parts = parts;
    this.stop = parts.updates.listen(tenantId, fundId, (changed) => this.#onChange(changed));
    // So that the first change only has to be added.
    void this.#read();
  }

  #today(): string {
    return utcDate(this.#parts.now?.() ?? new Date());
  }

  #onChange({ delta }: FundChanged): void {
    if (this.#waiting !== null) this.#waiting.push(delta);
    else if (this.#canAdvance(delta)) this.#publish();
    else void this.#read(true);
  }

  #canAdvance(delta: FundDelta | null): boolean {
    const figures = this.#figures;
    if (figures === undefined || delta === null || figures.asOf !== this.#today()) return false;
    return delta.position <= figures.position || advance(figures, delta);
  }

  #publish(): void {
    const figures = this.#figures;
    if (figures === undefined) return;
    for (const subscriber of this.subscribers) subscriber.push(figures);
  }

  /** Reads the figures, and again while what was notified meanwhile does not follow on them. */
  async #read(isNotified = false): Promise<void> {
    const { read, logger } = this.#parts;
    let isNews = isNotified;
    this.#waiting = [];
    try {
      for (;;) {
        const waiting: (FundDelta | null)[] = this.#waiting;
        this.#figures = await read(this.#tenantId, this.#fundId, this.#today());
        isNews ||= waiting.length > 0;
        this.#waiting = [];
        const isCurrent =
          waiting.length <= MOST_WAITING && waiting.every((delta) => this.#canAdvance(delta));
        if (isNews) this.#publish();
        if (isCurrent) break;
      }
    } catch (error) {
      this.#figures = undefined;
      logger.warn({ err: error, fundId: this.#fundId }, "live figures could not be read");
    } finally {
      this.#waiting = null;
    }
  }
}
