import { Counter, Histogram, type Registry } from "prom-client";
import type { FeedBatch } from "./feed-subscription.ts";

/** The figures of a follower at /metrics. */
export class FollowerFigures {
  readonly #follower: string;
  readonly #events: Counter;
  readonly #batches: Histogram;
  readonly #delay: Histogram;

  constructor(registry: Registry, follower: string) {
    const registers = [registry];
    this.#follower = follower;
    this.#events = new Counter({
      name: "feed_events_total",
      help: "Events of books that were stored",
      labelNames: ["follower"],
      registers,
    });
    this.#batches = new Histogram({
      name: "feed_batch_events",
      help: "Events that were stored in one transaction",
      labelNames: ["follower"],
      buckets: [1, 5, 20, 100, 500, 1000],
      registers,
    });
    this.#delay = new Histogram({
      name: "feed_delay_seconds",
      help: "Time from the commit of a batch's oldest event until it was stored, in seconds",
      labelNames: ["follower"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300],
      registers,
    });
  }

  stored({ events }: FeedBatch): void {
    const [oldest] = events;
    if (oldest === undefined) return;
    const labels = { follower: this.#follower };
    this.#events.inc(labels, events.length);
    this.#batches.observe(labels, events.length);
    const delayMs = Date.now() - Date.parse(oldest.recordedAt);
    this.#delay.observe(labels, Math.max(delayMs, 0) / 1_000);
  }
}
