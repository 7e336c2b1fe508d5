import { setTimeout as sleep } from "node:timers/promises";
import { withTransaction, type Pool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import type { Logger } from "@allfunds/platform/logging";
import { settleAll } from "@allfunds/platform/settle-all";
import { Counter, type Registry } from "prom-client";
import { readSlices, toFeedEvent } from "../../feed/feed-page.ts";
import { readFeed } from "../../feed/read-feed.ts";
import type { WakeSignal } from "../../feed/wake-signal.ts";
import type { OrderReads } from "../../tenancy/order-pool.ts";
import type { MessageSender } from "./send-message.ts";
import { signatureOf } from "./webhook.ts";
import {
  bodyOf,
  FAILING_LIMIT_MS,
  waitAfter,
  type Attempt,
  type DeliveredEvent,
} from "./webhook-delivery.ts";
import {
  disable,
  freeLease,
  readDue,
  readFirstOfQueues,
  recordPage,
  removeOld,
  settle,
  takeLease,
  type DueDelivery,
  type LeasedWebhook,
  type Outcome,
  type WebhookKey,
} from "./webhook-delivery-sql.ts";
import { readSecrets } from "./webhook-sql.ts";

export interface WebhookSenderOptions {
  /** For its own statements: each runs as the webhook's tenant. */
  readonly pool: Pool;
  /** For the feed. */
  readonly reads: OrderReads;
  readonly messages: MessageSender;
  /** Wakes it when the feed moves. */
  readonly moved: WakeSignal;
  readonly logger: Logger;
  readonly registry?: Registry | undefined;
}

const POLL_MS = 1_000;
// What is committed in this time is recorded together.
const GATHER_MS = 50;
const MOST_WEBHOOKS_AT_ONCE = 16;
const MOST_QUEUES_AT_ONCE = 8;
// A receiver that is down for days does not make the log of deliveries grow with the book.
const MOST_PENDING = 500;
// Others wait for their turn meanwhile.
const ROUNDS_PER_LEASE = 50;

/**
 * Delivers events to webhooks. Each webhook follows the feed by a cursor of its own. Deliveries are recorded
 * exactly once, with the cursor, and sent at least once, under one `webhook-id`. Those of a fund are sent in its
 * order: the next one when the one before was accepted or given up. Of several instances one serves a webhook
 * at a time.
 */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  readonly #instance = newId();
  readonly #stop = new AbortController();
  readonly #serving = new Map<string, Promise<void>>();
  readonly #attempts: Counter | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
    const { registry } = options;
    if (registry === undefined) return;
    this.#attempts = new Counter({
      name: "ledger_webhook_attempts_total",
      help: "Attempts to deliver a message to a webhook by outcome: ACCEPTED, or the fault",
      labelNames: ["outcome"],
      registers: [registry],
    });
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Ends what is being sent: it is sent again, with the same id, by who goes on. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await settleAll([...this.#serving.values()]);
    this.#options.messages.close();
  }

  async #run(): Promise<void> {
    const { moved, logger } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const seen = moved.turn;
      await this.#serveDue().catch((error: unknown) =>
        logger.warn({ err: error }, "webhooks could not be served"),
      );
      await pause(GATHER_MS, signal);
      await moved.next(seen, signal, POLL_MS);
    }
  }

  async #serveDue(): Promise<void> {
    for (const webhook of await readDue(this.#options.reads, MOST_PENDING)) {
      const name = `${webhook.tenantId}/${webhook.id}`;
      if (this.#stop.signal.aborted || this.#serving.size >= MOST_WEBHOOKS_AT_ONCE) return;
      if (this.#serving.has(name)) continue;
      const serving = this.#serve(webhook).finally(() => this.#serving.delete(name));
      this.#serving.set(name, serving);
    }
  }

  async #serve(key: WebhookKey): Promise<void> {
    const { pool, logger } = this.#options;
    try {
      for (let round = 0; round < ROUNDS_PER_LEASE && !this.#stop.signal.aborted; round += 1) {
        const webhook = await takeLease(pool, key, this.#instance);
        if (webhook === undefined) break;
        const recorded = await this.#record(webhook);
        const sent = await this.#sendFirst(webhook);
        if (!recorded && sent === 0) break;
      }
      await removeOld(pool, key);
      await freeLease(pool, key, this.#instance);
    } catch (error) {
      logger.warn({ err: error, webhookId: key.id }, "a webhook could not be served");
    }
  }

  /** Records what the next page of the feed has for a webhook; false when there was nothing new. */
  async #record(webhook: LeasedWebhook): Promise<boolean> {
    const { tenantId, place: from, pending } = webhook;
    if (pending >= MOST_PENDING) return false;
    const page = await readFeed(this.#options.reads, tenantId, undefined, from);
    if (page.events.length === 0) return false;
    const events = page.events.filter((event) => isFor(webhook, event));
    return recordPage(this.#options.pool, webhook, { from, to: page.place, events });
  }

  /** Sends the first due delivery of each queue, and returns how many there were. */
  async #sendFirst(webhook: LeasedWebhook): Promise<number> {
    const { pool } = this.#options;
    const { due, secrets } = await withTransaction(pool, webhook, async (client) => ({
      due: await readFirstOfQueues(client, webhook, MOST_QUEUES_AT_ONCE),
      secrets: await readSecrets(client, webhook.tenantId, webhook.id),
    }));
    if (due.length === 0) return 0;
    const bodies = await this.#bodiesOf(webhook, due);
    // The lease, and at a stop the pool, must outlast the slowest of them.
    await settleAll(due.map((delivery) => this.#send(webhook, delivery, bodies, secrets)));
    return due.length;
  }

  async #bodiesOf(
    webhook: LeasedWebhook,
    due: readonly DueDelivery[],
  ): Promise<ReadonlyMap<string, string>> {
    const { tenantId } = webhook;
    const slices = due.flatMap(({ bookId, position: at }) =>
      at === null ? [] : [{ seq: 0, tenantId, bookId, first: at, from: at, to: at, hash: "" }],
    );
    const placed =
      slices.length === 0 ? [] : await readSlices(this.#options.reads, tenantId, slices);
    const events = placed.map(toFeedEvent);
    return new Map(
      due.flatMap(({ id, bookId, position, notice }) => {
        if (notice !== null) return [[id, notice] as const];
        const event = events.find((each) => each.fundId === bookId && each.position === position);
        return event === undefined ? [] : [[id, bodyOf(id, event, webhook)] as const];
      }),
    );
  }

  async #send(
    webhook: LeasedWebhook,
    delivery: DueDelivery,
    bodies: ReadonlyMap<string, string>,
    secrets: readonly Buffer[],
  ): Promise<void> {
    const { id } = delivery;
    const body = bodies.get(id);
    if (body === undefined) throw new Error(`the event of message ${id} is not in the log`);
    const timestamp = Math.floor(Date.now() / 1_000);
    const headers = {
      "content-type": "application/json",
      "user-agent": "AllFunds-Webhooks/1",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signatureOf(secrets, { id, timestamp, body }),
    };
    const { messages, pool, logger } = this.#options;
    const attempt = await messages.send(webhook.url, headers, body, this.#stop.signal);
    if (attempt === undefined) return;
    this.#attempts?.inc({ outcome: attempt.fault ?? "ACCEPTED" });
    const outcome = outcomeOf(delivery, attempt, webhook.failingSince);
    const failingSince = await settle(pool, webhook, id, outcome);
    const reason = reasonToDisable(attempt, failingSince);
    if (reason === undefined || !(await disable(pool, webhook, reason))) return;
    logger.warn({ tenantId: webhook.tenantId, webhookId: webhook.id, reason }, "webhook disabled");
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/** Whether a webhook delivers an event. */
const isFor = (
  { eventTypes, fundIds }: Pick<LeasedWebhook, "eventTypes" | "fundIds">,
  { type, fundId }: DeliveredEvent,
): boolean => (eventTypes?.includes(type) ?? true) && (fundIds?.includes(fundId) ?? true);

const LONGEST_WAIT_MS = 24 * 3_600_000;

/**
 * What becomes of a delivery. The last attempt gives it up only where the webhook has accepted others since the
 * first: one that accepts nothing is disabled, and loses nothing. `random` is 0 to 1.
 */
export function outcomeOf(
  { attempts, firstAttemptAt }: Pick<DueDelivery, "attempts" | "firstAttemptAt">,
  attempt: Attempt,
  failingSince: Date | null,
  random: number = Math.random(),
): Outcome {
  const { fault, startedAt, retryAfterMs } = attempt;
  if (fault === null) return { attempt, state: "DELIVERED", nextAttemptAt: null };
  const waitMs = waitAfter(attempts + 1, random, retryAfterMs);
  const isAlone = failingSince === null || failingSince > (firstAttemptAt ?? startedAt);
  if (waitMs === undefined && isAlone) return { attempt, state: "FAILED", nextAttemptAt: null };
  const nextAttemptAt = new Date(startedAt.getTime() + (waitMs ?? LONGEST_WAIT_MS));
  return { attempt, state: "PENDING", nextAttemptAt };
}

/** Why a webhook is to be disabled after an attempt; undefined when it is not. */
export function reasonToDisable(
  { fault, startedAt }: Pick<Attempt, "fault" | "startedAt">,
  failingSince: Date | null,
): "GONE" | "FAILING" | undefined {
  if (fault === "GONE") return "GONE";
  if (failingSince === null) return undefined;
  const failingMs = startedAt.getTime() - failingSince.getTime();
  return failingMs >= FAILING_LIMIT_MS ? "FAILING" : undefined;
}
