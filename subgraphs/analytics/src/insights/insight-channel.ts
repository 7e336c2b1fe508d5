import { EventEmitter, on } from "node:events";
import { seesFund } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import { NotificationListener } from "@allfunds/platform/database";
import type { Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { z } from "zod";
import type { Insight } from "./insight.ts";
import { INSIGHT_CHANNEL, loadInsight } from "./insight-store.ts";

const storedInsight = z.object({ tenantId: z.string(), fundId: z.string(), insightId: z.string() });

export interface InsightAudience {
  /** Whose tenant, and whose funds. */
  readonly request: Pick<RequestContext, "tenantId" | "caller">;
  /** Every fund the caller may see when absent. */
  readonly fundId?: string;
}

/**
 * Delivers insights that any replica has stored to the subscribers of this process. It only notifies and
 * reads back: what was stored while this replica did not listen is in the list, which is the truth.
 */
export class InsightChannel {
  readonly #listener: NotificationListener;
  readonly #reads: TenantReads;
  readonly #logger: Logger;
  readonly #notified = new EventEmitter().setMaxListeners(0);
  readonly #stop = new AbortController();

  constructor(pool: Pool, reads: TenantReads, logger: Logger) {
    this.#reads = reads;
    this.#logger = logger;
    this.#listener = new NotificationListener({
      pool,
      logger,
      channel: INSIGHT_CHANNEL,
      onPayload: (payload) => this.#publish(payload),
    });
  }

  start(): void {
    this.#listener.start();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#listener.stop();
  }

  /** Insights from now on. Ends when the consumer returns. */
  listen(audience: InsightAudience): AsyncIterableIterator<Insight> {
    const stop = new AbortController();
    const insights = this.#insights(audience, AbortSignal.any([stop.signal, this.#stop.signal]));
    return {
      next: () => insights.next(),
      // Returning a generator that waits would wait with it; aborting wakes it first.
      return: async () => {
        stop.abort();
        await insights.return(undefined);
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async *#insights(audience: InsightAudience, signal: AbortSignal): AsyncGenerator<Insight> {
    try {
      for await (const [payload] of on(this.#notified, "insight", { signal })) {
        const stored = storedInsight.parse(payload);
        if (!concerns(audience, stored)) continue;
        const insight = await loadInsight(this.#reads, stored.tenantId, stored.insightId);
        if (insight !== undefined) yield insight;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #publish(payload: string): void {
    const stored = storedInsight.safeParse(JSON.parse(payload));
    if (stored.success) this.#notified.emit("insight", stored.data);
    else this.#logger.warn({ payload }, "the notification of an insight could not be read");
  }
}

const concerns = (
  { request, fundId }: InsightAudience,
  stored: z.output<typeof storedInsight>,
): boolean =>
  stored.tenantId === request.tenantId &&
  (fundId === undefined || stored.fundId === fundId) &&
  seesFund(request, stored.fundId);
