import type { Logger } from "@allfunds/platform/logging";
import { tlsOf } from "@allfunds/platform/mesh";
import { Redis } from "ioredis";
import type { BookId } from "../engine/book.ts";
import type { FeedEvent } from "../feed/feed-page.ts";
import type { EventSink, SinkEnd, SinkFault } from "./event-sink.ts";

const LONGEST_RETRY_MS = 2_000;
const COMMAND_LIMIT_MS = 5_000;
// Takes what follows the stream's end, leaves out what it has, and refuses a hole. ARGV: how many events are kept, the
// position of the first one, then the fields of each.
const APPEND = `
  local top = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  local last = 0
  if top[1] then last = tonumber(string.match(top[1][1], '^%d+')) end
  local position = tonumber(ARGV[2])
  if position > last + 1 then return redis.error_reply('HOLE the stream ends at ' .. last) end
  for at = 3, #ARGV, 5 do
    if position > last then
      local id = string.format('%.0f-0', position)
      local fields = {'type', ARGV[at], 'recordedAt', ARGV[at + 1], 'tenantId', ARGV[at + 2],
        'fundId', ARGV[at + 3], 'position', string.format('%.0f', position), 'payload', ARGV[at + 4]}
      if ARGV[1] == '' then redis.call('XADD', KEYS[1], id, unpack(fields))
      else redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], id, unpack(fields)) end
    end
    position = position + 1
  end`;

export interface RedisStreamsOptions {
  readonly url: string;
  /** About how many events of a book are kept; undefined for all. */
  readonly mostEvents: number | undefined;
  readonly logger: Logger;
}

/** The stream of a book. The braces keep its commands on one node of a cluster. */
export const streamOf = ({ tenantId, bookId }: BookId): string =>
  `allfunds:events:{${tenantId}/${bookId}}`;

/**
 * One Redis stream for each book. The id of an event is `<position>-0`: neither a repeat nor a second instance adds
 * it twice, and none is added behind a hole.
 */
export class RedisStreams implements EventSink {
  readonly name = "redis-streams";
  readonly #redis: Redis;
  readonly #mostEvents: string;
  /** Of the connection: what is sent meanwhile fails without a reason. */
  #fault: Error | undefined;

  constructor({ url, mostEvents, logger }: RedisStreamsOptions) {
    this.#redis = new Redis(url, {
      enableOfflineQueue: false,
      // What was under way when the connection was lost may be repeated only behind a comparison.
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      commandTimeout: COMMAND_LIMIT_MS,
      ...tlsOf(url),
      retryStrategy: (attempt) => Math.min(attempt * 100, LONGEST_RETRY_MS),
    });
    this.#redis.on("error", (error: Error) => {
      this.#fault = error;
      logger.debug({ err: error }, "redis not reachable");
    });
    this.#redis.on("ready", () => (this.#fault = undefined));
    this.#mostEvents = mostEvents === undefined ? "" : String(mostEvents);
  }

  onLost(listener: () => void): void {
    this.#redis.on("close", listener);
  }

  faultOf(error: unknown): SinkFault {
    const { message } = this.#fault ?? (error as Error);
    if (/^(WRONGPASS|NOAUTH)/.test(message)) return "SIGN_IN_REFUSED";
    return message.startsWith("NOPERM") ? "NOT_AUTHORIZED" : "NOT_REACHABLE";
  }

  async end(book: BookId): Promise<SinkEnd | undefined> {
    const found = await this.#redis.xrevrange(streamOf(book), "+", "-", "COUNT", 1);
    const [id, fields] = found[0] ?? [];
    if (id === undefined || fields === undefined) return undefined;
    const valueOf = (name: string): string => fields[fields.indexOf(name) + 1] ?? "";
    const position = Number(id.split("-")[0]);
    return { position, type: valueOf("type"), recordedAt: valueOf("recordedAt") };
  }

  async append(book: BookId, events: readonly FeedEvent[]): Promise<void> {
    const [first] = events;
    if (first === undefined) return;
    const fields = events.flatMap(fieldsOf);
    const parameters = [this.#mostEvents, String(first.position), ...fields];
    await this.#redis.eval(APPEND, 1, streamOf(book), ...parameters);
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }
}

const fieldsOf = ({ tenantId, fundId, type, recordedAt, payload }: FeedEvent): string[] => [
  type,
  recordedAt,
  tenantId,
  fundId,
  JSON.stringify(payload),
];
