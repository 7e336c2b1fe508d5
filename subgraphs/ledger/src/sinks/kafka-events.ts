import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@allfunds/platform/logging";
import type { Admin, Consumer, Producer } from "@platformatic/kafka";
import type { BookId } from "../engine/book.ts";
import type { FeedEvent } from "../feed/feed-page.ts";
import { AnotherPublishes, type EventSink, type SinkEnd, type SinkFault } from "./event-sink.ts";
import { faultOf } from "./kafka-fault.ts";
import { createTopics, readCommitted } from "./kafka-topics.ts";

/** How a publisher signs in. */
export const KAFKA_MECHANISMS = ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] as const;

export interface KafkaSettings {
  /** `host:port`, separated by commas. */
  readonly brokers: string;
  /** Topic of the events; the ends of books are in `<topic>.ends`. */
  readonly topic: string;
  /** Who signs in, and how. */
  readonly signIn?:
    | {
        readonly user: string;
        readonly password: string;
        readonly mechanism: (typeof KAFKA_MECHANISMS)[number];
      }
    | undefined;
  /** Undefined for connections without TLS. */
  readonly tls?: { readonly authorities?: string | undefined } | undefined;
}

export interface KafkaEventsOptions extends KafkaSettings {
  /** Publishers of one name take turns: who begins last is the one that may write. */
  readonly publisher: string;
  readonly logger: Logger;
}

const REQUEST_LIMIT_MS = 15_000;
/** So long a publisher leaves the writing to the one that took its place. */
const REST_MS = 10_000;
/** One request carries about so much: a broker takes a megabyte unless it is configured to take more. */
const MOST_BYTES = 512 * 1024;

type TextProducer = Producer<string, string, string, string>;

interface Session {
  readonly admin: Admin;
  readonly consumer: Consumer;
  readonly producer: TextProducer;
  /** By book, as of the last transaction. */
  readonly ends: Map<string, SinkEnd>;
  open: Awaited<ReturnType<TextProducer["beginTransaction"]>> | undefined;
}

const nameOf = ({ tenantId, bookId }: BookId): string => `${tenantId}/${bookId}`;

/**
 * All books in one Kafka topic, by key, so that each is in order in one partition. A transaction appends events and
 * where their book ends by then, both or neither: so the ends are the cursor, and a reader of committed messages
 * has each event once. A publisher that begins fences those of the same name before it reads where books end.
 */
export class KafkaEvents implements EventSink {
  readonly name = "kafka";
  readonly #options: KafkaEventsOptions;
  #session: Promise<Session> | undefined;
  #onLost: () => void = () => undefined;
  #restsUntil = 0;

  constructor(options: KafkaEventsOptions) {
    this.#options = options;
  }

  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  faultOf(error: unknown): SinkFault {
    return faultOf(error);
  }

  async end(book: BookId): Promise<SinkEnd | undefined> {
    return (await this.#connected()).ends.get(nameOf(book));
  }

  async append(book: BookId, events: readonly FeedEvent[]): Promise<void> {
    const session = await this.#connected();
    const name = nameOf(book);
    const last = session.ends.get(name)?.position ?? 0;
    const further = events.filter(({ position }) => position > last);
    const [first] = further;
    if (first === undefined) return;
    if (first.position > last + 1) throw new Error(`HOLE the topic ends at ${last}`);
    try {
      const end = await this.#commit(session, name, further);
      session.ends.set(name, end);
    } catch (error) {
      await this.#lose(session, error);
      throw error;
    }
  }

  async #commit(session: Session, key: string, events: readonly FeedEvent[]): Promise<SinkEnd> {
    const { topic } = this.#options;
    const transaction = session.open ?? (await session.producer.beginTransaction());
    session.open = transaction;
    for (const messages of inRequests(events.map((event) => toMessage(topic, key, event)))) {
      await transaction.send({ messages });
    }
    const end = endOf(events);
    await transaction.send({
      messages: [{ topic: `${topic}.ends`, key, value: JSON.stringify(end) }],
    });
    await transaction.commit();
    session.open = undefined;
    return end;
  }

  #connected(): Promise<Session> {
    this.#session ??= this.#connect();
    const session = this.#session;
    session.catch(() => {
      if (this.#session === session) this.#session = undefined;
    });
    return session;
  }

  async #connect(): Promise<Session> {
    if (performance.now() < this.#restsUntil) throw new AnotherPublishes();
    // Loaded by who has a broker only.
    const { Admin, Consumer, Producer, stringSerializers } = await import("@platformatic/kafka");
    const { topic, publisher } = this.#options;
    const client = clientOf(this.#options);
    const admin = new Admin(client);
    const consumer = new Consumer({ ...client, groupId: client.clientId, maxWaitTime: 500 });
    const producer = new Producer({
      ...client,
      idempotent: true,
      transactionalId: publisher,
      serializers: stringSerializers,
    });
    const session: Session = { admin, consumer, producer, ends: new Map(), open: undefined };
    try {
      await createTopics(admin, topic);
      // Whatever another publisher of this name has under way ends here, so that the ends cannot move any more.
      const unknown = { producerId: -1n, producerEpoch: -1 };
      session.open = await producer.beginTransaction(unknown);
      await readCommitted({ admin, consumer, topic: `${topic}.ends` }, (key, value) => {
        if (value !== undefined) session.ends.set(key, JSON.parse(value) as SinkEnd);
      });
      return session;
    } catch (error) {
      await this.#lose(session, error);
      throw error;
    }
  }

  /** Gives the connections up; the next use compares anew. */
  async #lose(session: Session, error: unknown): Promise<void> {
    this.#session = undefined;
    if (faultOf(error) === "ANOTHER_PUBLISHES") this.#restsUntil = performance.now() + REST_MS;
    else this.#options.logger.debug({ err: error }, "kafka not reachable");
    await closeAll(session);
    this.#onLost();
  }

  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    this.#session = undefined;
    if (session !== undefined) await closeAll(session);
  }
}

/** What connections of every kind have in common. */
export const clientOf = ({ brokers, signIn, tls }: KafkaSettings) => ({
  clientId: "allfunds-ledger",
  bootstrapBrokers: brokers.split(",").map((each) => each.trim()),
  timeout: REQUEST_LIMIT_MS,
  // What failed is repeated only behind a comparison. The number 0 would be no end of repeats to a producer.
  retries: false,
  ...(tls === undefined
    ? {}
    : { tls: tls.authorities === undefined ? {} : { ca: tls.authorities } }),
  ...(signIn === undefined
    ? {}
    : {
        sasl: {
          mechanism: signIn.mechanism,
          username: signIn.user,
          password: signIn.password,
        },
      }),
});

async function closeAll({ admin, consumer, producer }: Session): Promise<void> {
  const closing = [producer.close(true), consumer.close(true), admin.close()];
  await Promise.race([
    Promise.allSettled(closing),
    sleep(REQUEST_LIMIT_MS, undefined, { ref: false }),
  ]);
}

const toMessage = (topic: string, key: string, event: FeedEvent) => {
  const { tenantId, fundId, position, type, recordedAt, payload } = event;
  const value = JSON.stringify({ tenantId, fundId, position, type, recordedAt, payload });
  return { topic, key, value, headers: { type, position: String(position) } };
};

type Message = ReturnType<typeof toMessage>;

/** Messages in requests that brokers take; one that is larger by itself goes alone. */
function* inRequests(messages: readonly Message[]): Generator<Message[]> {
  let [request, bytes]: [Message[], number] = [[], 0];
  for (const message of messages) {
    const size = Buffer.byteLength(message.value);
    if (request.length > 0 && bytes + size > MOST_BYTES) {
      yield request;
      [request, bytes] = [[], 0];
    }
    request.push(message);
    bytes += size;
  }
  if (request.length > 0) yield request;
}

function endOf(events: readonly FeedEvent[]): SinkEnd {
  const last = events.at(-1);
  if (last === undefined) throw new Error("nothing was appended");
  const { position, type, recordedAt } = last;
  return { position, type, recordedAt };
}
