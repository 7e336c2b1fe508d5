import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { Reader, Writer } from "@platformatic/kafka";
import {
  append,
  ATTRIBUTES_AT,
  committedRecords,
  finish,
  IS_TRANSACTIONAL,
  nextOf,
  PRODUCER_AT,
  stableOf,
  wantedTopics,
  type Identity,
  type Log,
} from "./kafka-log.fixture.ts";
import { SignIns, type KafkaUser } from "./kafka-sign-in.fixture.ts";

// One broker of one node that speaks the protocol of Kafka as far as a transactional producer, its topics and a
// reader of committed records need: https://kafka.apache.org/protocol. It keeps its logs when it restarts.

/** The one version of each request that it serves, by key. */
const VERSIONS: ReadonlyMap<number, number> = new Map([
  [0, 7], // Produce
  [1, 11], // Fetch
  [3, 12], // Metadata
  [10, 2], // FindCoordinator
  [17, 1], // SaslHandshake
  [18, 3], // ApiVersions
  [19, 4], // CreateTopics
  [22, 1], // InitProducerId
  [24, 1], // AddPartitionsToTxn
  [26, 1], // EndTxn
  [36, 1], // SaslAuthenticate
]);
const IS_FLEXIBLE = new Set([3]);

const PRODUCER_FENCED = 90;
const TOPIC_EXISTS = 36;
/** What is answered before a client signed in. */
const OPEN_TO_ALL = new Set([17, 18, 36]);
/** What it does once, instead of what was requested. */
export type Fault = "drop the answer to a commit" | "drop a commit";

export class KafkaBroker {
  #server: Server | undefined;
  #port = 0;
  readonly #sockets = new Set<Socket>();
  readonly #topics = new Map<string, { readonly id: string; readonly logs: Log[] }>();
  readonly #identities = new Map<string, Identity>();
  readonly #faults: Fault[] = [];
  readonly #signIns = new SignIns();
  /** Who may sign in; without one every client may do everything. */
  user: KafkaUser | undefined;
  /** With one it speaks TLS from the next start on. */
  certificate: { readonly cert: string; readonly key: string } | undefined;

  /** The host that it advertises; a certificate names it so. */
  host = "127.0.0.1";

  get address(): string {
    return `${this.host}:${this.#port}`;
  }

  async start(): Promise<void> {
    const serve = (socket: Socket): void => this.#serve(socket);
    const { certificate } = this;
    const server =
      certificate === undefined ? createServer(serve) : createTlsServer(certificate, serve);
    server.on("tlsClientError", () => undefined);
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Ends every connection, as a broker that dies. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server === undefined) return;
    server.close();
    await once(server, "close");
  }

  fail(fault: Fault): void {
    this.#faults.push(fault);
  }

  /** Values of the committed records of a topic by key, each partition in order. */
  committed(topic: string): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const log of this.#topics.get(topic)?.logs ?? []) {
      for (const { key, value } of committedRecords(log)) {
        found.set(key, [...(found.get(key) ?? []), value]);
      }
    }
    return found;
  }

  #takeFault(fault: Fault): boolean {
    const at = this.#faults.indexOf(fault);
    if (at === -1) return false;
    this.#faults.splice(at, 1);
    return true;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => undefined);
    let read = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      read = Buffer.concat([read, chunk]);
      while (read.length >= 4 && read.length >= 4 + read.readInt32BE(0)) {
        const end = 4 + read.readInt32BE(0);
        this.#answer(socket, Reader.from(read.subarray(4, end)));
        read = read.subarray(end);
      }
    });
  }

  #answer(socket: Socket, request: Reader): void {
    const [key, version, correlationId] = [
      request.readInt16(),
      request.readInt16(),
      request.readInt32(),
    ];
    request.readNullableString(false);
    const isFlexible = IS_FLEXIBLE.has(key) || (key === 18 && version >= 3);
    if (isFlexible) request.readTaggedFields();
    const answer = Writer.create().appendInt32(correlationId);
    // The answer to ApiVersions is one that every client reads.
    if (isFlexible && key !== 18) answer.appendTaggedFields();
    if (!this.#respond(socket, key, version, request, answer)) {
      socket.destroy();
      return;
    }
    const head = Buffer.alloc(4);
    head.writeInt32BE(answer.length);
    socket.write(Buffer.concat([head, answer.buffer]));
  }

  /** False when there is to be no answer. */
  #respond(socket: Socket, key: number, version: number, request: Reader, answer: Writer): boolean {
    const isOpen = this.user === undefined || OPEN_TO_ALL.has(key);
    if (!isOpen && !this.#signIns.has(socket)) return false;
    switch (key) {
      case 17:
        this.#signIns.begin(socket, this.user, request, answer);
        return true;
      case 36:
        this.#signIns.goOn(socket, request, answer);
        return true;
      case 18:
        this.#versions(version, answer);
        return true;
      case 3:
        this.#metadata(answer);
        return true;
      case 10:
        answer.appendInt32(0).appendInt16(0).appendString(null, false).appendInt32(1);
        answer.appendString(this.host, false).appendInt32(this.#port);
        return true;
      case 19:
        this.#createTopics(request, answer);
        return true;
      case 22:
        this.#initProducer(request, answer);
        return true;
      case 24:
        this.#addPartitions(request, answer);
        return true;
      case 26:
        return this.#endTransaction(request, answer);
      case 0:
        this.#produce(request, answer);
        return true;
      case 1:
        this.#fetch(request, answer);
        return true;
      default:
        return false;
    }
  }

  #versions(version: number, answer: Writer): void {
    const isFlexible = version >= 3;
    answer.appendInt16(0);
    answer.appendArray(
      [...VERSIONS],
      (w, [key, only]) => w.appendInt16(key).appendInt16(only).appendInt16(only),
      isFlexible,
      isFlexible,
    );
    answer.appendInt32(0);
    if (isFlexible) answer.appendTaggedFields();
  }

  #metadata(answer: Writer): void {
    const address = (w: Writer) =>
      w.appendInt32(1).appendString(this.host).appendInt32(this.#port).appendString(null);
    answer.appendInt32(0).appendArray([1], address).appendString("fake").appendInt32(1);
    answer.appendArray([...this.#topics], (w, [name, { id, logs }]) =>
      w
        .appendInt16(0)
        .appendString(name)
        .appendUUID(id)
        .appendBoolean(false)
        .appendArray(
          logs.map((_, index) => index),
          (p, index) =>
            p
              .appendInt16(0)
              .appendInt32(index)
              .appendInt32(1)
              .appendInt32(0)
              .appendArray([1], (r, node) => r.appendInt32(node), true, false)
              .appendArray([1], (r, node) => r.appendInt32(node), true, false)
              .appendArray([] as number[], (r, node) => r.appendInt32(node), true, false),
        )
        .appendInt32(0),
    );
    answer.appendTaggedFields();
  }

  #createTopics(request: Reader, answer: Writer): void {
    const wanted = wantedTopics(request);
    const made = wanted.map(({ name, partitions }) => {
      if (this.#topics.has(name)) return { name, error: TOPIC_EXISTS };
      const logs = Array.from({ length: partitions }, (): Log => ({
        batches: [],
        aborted: [],
        open: new Map(),
      }));
      this.#topics.set(name, { id: randomUUID(), logs });
      return { name, error: 0 };
    });
    answer.appendInt32(0).appendArray(
      made,
      (w, { name, error }) =>
        w
          .appendString(name, false)
          .appendInt16(error)
          .appendString(error === 0 ? null : "Topic already exists.", false),
      false,
      false,
    );
  }

  /** The producer that begins with an identity ends what its predecessor had under way. */
  #initProducer(request: Reader, answer: Writer): void {
    const name = request.readString(false);
    const known = this.#identities.get(name);
    const identity = known ?? {
      producerId: BigInt(this.#identities.size + 1),
      epoch: -1,
      logs: new Set<Log>(),
    };
    if (known !== undefined) finish(known, false);
    identity.epoch += 1;
    this.#identities.set(name, identity);
    answer.appendInt32(0).appendInt16(0);
    answer.appendInt64(identity.producerId).appendInt16(identity.epoch);
  }

  /** The identity of a request of a transaction; undefined when another one took its place. */
  #identify(request: Reader): Identity | undefined {
    const identity = this.#identities.get(request.readString(false));
    request.readInt64();
    return identity?.epoch === request.readInt16() ? identity : undefined;
  }

  #addPartitions(request: Reader, answer: Writer): void {
    const identity = this.#identify(request);
    const topics = request.readArray(
      (r) => ({
        name: r.readString(false),
        partitions: r.readArray((p) => p.readInt32(), false, false),
      }),
      false,
      false,
    );
    for (const { name, partitions } of identity === undefined ? [] : topics) {
      for (const partition of partitions) {
        const log = this.#topics.get(name)?.logs[partition];
        if (log !== undefined) identity?.logs.add(log);
      }
    }
    const error = identity === undefined ? PRODUCER_FENCED : 0;
    answer
      .appendInt32(0)
      .appendArray(
        topics,
        (w, { name, partitions }) =>
          w
            .appendString(name, false)
            .appendArray(
              partitions,
              (p, partition) => p.appendInt32(partition).appendInt16(error),
              false,
              false,
            ),
        false,
        false,
      );
  }

  #endTransaction(request: Reader, answer: Writer): boolean {
    const identity = this.#identify(request);
    const isCommit = request.readBoolean();
    if (isCommit && this.#takeFault("drop a commit")) return false;
    if (identity !== undefined) finish(identity, isCommit);
    if (isCommit && this.#takeFault("drop the answer to a commit")) return false;
    answer.appendInt32(0).appendInt16(identity === undefined ? PRODUCER_FENCED : 0);
    return true;
  }

  #produce(request: Reader, answer: Writer): void {
    request.readNullableString(false);
    request.readInt16();
    request.readInt32();
    const topics = request.readArray(
      (r) => ({
        name: r.readString(false),
        partitions: r.readArray(
          (p) => ({ index: p.readInt32(), records: Buffer.from(p.readBytes(false)) }),
          false,
          false,
        ),
      }),
      false,
      false,
    );
    answer.appendArray(
      topics,
      (w, { name, partitions }) =>
        w.appendString(name, false).appendArray(
          partitions,
          (p, { index, records }) => {
            const log = this.#topics.get(name)?.logs[index];
            const first = log === undefined ? -1n : this.#store(log, records);
            return p
              .appendInt32(index)
              .appendInt16(first === -1n ? PRODUCER_FENCED : 0)
              .appendInt64(first)
              .appendInt64(-1n)
              .appendInt64(0n);
          },
          false,
          false,
        ),
      false,
      false,
    );
    answer.appendInt32(0);
  }

  /** The offset that a batch got; -1 when its producer may not write any more. */
  #store(log: Log, bytes: Buffer): bigint {
    const producerId = bytes.readBigInt64BE(PRODUCER_AT);
    const epoch = bytes.readInt16BE(PRODUCER_AT + 8);
    const identity = [...this.#identities.values()].find((each) => each.producerId === producerId);
    if (identity?.epoch !== epoch) return -1n;
    const first = append(log, bytes, producerId, false);
    const isTransactional = (bytes.readInt16BE(ATTRIBUTES_AT) & IS_TRANSACTIONAL) !== 0;
    if (isTransactional && !log.open.has(String(producerId))) {
      log.open.set(String(producerId), first);
    }
    return first;
  }

  #fetch(request: Reader, answer: Writer): void {
    for (let at = 0; at < 4; at += 1) request.readInt32();
    request.readInt8();
    request.readInt32();
    request.readInt32();
    const topics = request.readArray(
      (r) => ({
        name: r.readString(false),
        partitions: r.readArray(
          (p) => {
            const index = p.readInt32();
            p.readInt32();
            const offset = p.readInt64();
            p.readInt64();
            p.readInt32();
            return { index, offset };
          },
          false,
          false,
        ),
      }),
      false,
      false,
    );
    answer.appendInt32(0).appendInt16(0).appendInt32(0);
    answer.appendArray(
      topics,
      (w, { name, partitions }) =>
        w.appendString(name, false).appendArray(
          partitions,
          (p, { index, offset }) => {
            const log = this.#topics.get(name)?.logs[index];
            const stable = log === undefined ? 0n : stableOf(log);
            const batches = (log?.batches ?? []).filter(
              ({ first, next }) => next > offset && first < stable,
            );
            return p
              .appendInt32(index)
              .appendInt16(0)
              .appendInt64(log === undefined ? 0n : nextOf(log))
              .appendInt64(stable)
              .appendInt64(0n)
              .appendArray(
                log?.aborted ?? [],
                (a, { producerId, first }) => a.appendInt64(producerId).appendInt64(first),
                false,
                false,
              )
              .appendInt32(-1)
              .appendBytes(Buffer.concat(batches.map(({ bytes }) => bytes)), false);
          },
          false,
          false,
        ),
      false,
      false,
    );
  }
}
