import { PERSONAL_MEMBERS } from "@allfunds/contract/webhooks";
import { idOfText } from "@allfunds/platform/ids";

/** PENDING until the receiver accepts it; FAILED when it was given up. */
export const DELIVERY_STATES = ["PENDING", "DELIVERED", "FAILED"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

// The schedule that the Standard Webhooks specification gives as an example: 76 hours in all.
const WAITS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
const JITTER = 0.2;
const LONGEST_RETRY_AFTER_MS = 24 * HOUR_MS;

/** A webhook that accepted nothing for so long is disabled instead of giving a delivery up. */
export const FAILING_LIMIT_MS = 72 * HOUR_MS;

/**
 * How long to wait after so many failed attempts, in milliseconds; undefined when that was the last one. `random` is
 * 0 to 1 and spreads the wait by a fifth; the receiver's Retry-After makes it longer, up to a day.
 */
export function waitAfter(
  attempts: number,
  random: number,
  retryAfterMs: number = 0,
): number | undefined {
  const wait = WAITS_MS[attempts - 1];
  if (wait === undefined) return undefined;
  const spread = Math.round(wait * (1 + JITTER * (2 * random - 1)));
  return Math.max(spread, Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS));
}

/** The `Retry-After` of an answer in milliseconds; 0 when there is none that can be read. */
export function retryAfterMs(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header) * SECOND_MS;
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}

/** What one attempt came to. */
export interface Attempt {
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Of the answer; null when there was none. */
  readonly status: number | null;
  /** Why there was none, or why it counts for nothing; null for an accepted delivery. */
  readonly fault: AttemptFault | null;
  /** The beginning of the answer's body. */
  readonly answer: string;
  readonly retryAfterMs: number;
}

export const ATTEMPT_FAULTS = [
  "REFUSED_ADDRESS",
  "UNREACHABLE",
  "TIMEOUT",
  "TLS",
  "REDIRECT",
  "STATUS",
  "GONE",
] as const;
export type AttemptFault = (typeof ATTEMPT_FAULTS)[number];

/** What an answer's status means: any 2xx accepts the delivery, and no redirect is followed. */
export function faultOfStatus(status: number): AttemptFault | null {
  if (status >= 200 && status < 300) return null;
  if (status === 410) return "GONE";
  return status >= 300 && status < 400 ? "REDIRECT" : "STATUS";
}

/** An event as a webhook delivers it. */
export interface DeliveredEvent {
  /** The book: a fund, or the tenant itself. */
  readonly fundId: string;
  readonly position: number;
  readonly type: string;
  /** RFC 3339 in UTC. */
  readonly recordedAt: string;
  readonly payload: object;
}

/**
 * The id of the message of an event to a webhook, a UUIDv8 made of what it is about: recorded once more, after a
 * restore of the ledger for example, it is the same message to its receiver.
 */
export function messageId(
  webhookId: string,
  { fundId, position, recordedAt }: Omit<DeliveredEvent, "payload" | "type">,
): string {
  return idOfText(`${webhookId} ${fundId} ${position} ${recordedAt}`);
}

/**
 * The body of a message: its id, type and time, and the event as the feed has it, without its tenant. Without
 * `personalData` it has no texts and no parties.
 */
export function bodyOf(
  id: string,
  event: DeliveredEvent,
  { tenantId, personalData }: { readonly tenantId: string; readonly personalData: boolean },
): string {
  const { fundId, position, type, recordedAt, payload } = event;
  const left = personalData ? payload : withoutPersonal(payload);
  const fund = fundId === tenantId ? null : fundId;
  const data = { ...(left as object), fundId: fund, position, tenantId: undefined };
  return JSON.stringify({ id, type, timestamp: recordedAt, data });
}

/** The same value without the members that may name a person, at every depth. */
export function withoutPersonal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPersonal);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      PERSONAL_MEMBERS.has(name) ? [] : [[name, withoutPersonal(member)]],
    ),
  );
}

/** The body of a message that is about the webhooks themselves. */
export const noticeBody = (id: string, type: string, at: Date, data: object): string =>
  JSON.stringify({ id, type, timestamp: at.toISOString(), data });
