import type { Admin, Consumer } from "@platformatic/kafka";

/** A partition for each of so many books at once; more books share them by key. */
const PARTITIONS = 12;
const LARGEST_MESSAGE = String(20 * 1024 * 1024);
const READ_COMMITTED = 1;
const FETCH_BYTES = 4 * 1024 * 1024;
const IS_TRANSACTIONAL = 1 << 4;
const IS_CONTROL = 1 << 5;
const ABORT = 0;

/** Creates the two topics where the broker lets us; those that are there stay as they are. */
export async function createTopics(admin: Admin, topic: string): Promise<void> {
  const largest = { name: "max.message.bytes", value: LARGEST_MESSAGE };
  const wanted = [
    { topics: [topic], partitions: PARTITIONS, configs: [largest] },
    {
      topics: [`${topic}.ends`],
      partitions: 1,
      configs: [{ name: "cleanup.policy", value: "compact" }],
    },
  ];
  const present = new Set(await admin.listTopics());
  for (const each of wanted) {
    if (each.topics.every((name) => present.has(name))) continue;
    await admin.createTopics({ ...each, replicas: -1 }).catch((error: unknown) => {
      // Another instance was faster.
      if (!JSON.stringify(messagesOf(error)).includes("already exists")) throw error;
    });
  }
}

function messagesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { errors } = error as Error & { errors?: unknown };
  return [error.message, ...(Array.isArray(errors) ? errors.flatMap(messagesOf) : [])];
}

interface ReadTopic {
  readonly admin: Admin;
  readonly consumer: Consumer;
  readonly topic: string;
}

type Take = (key: string, value: string | undefined) => void;

/** Reads every committed record of a topic, partition by partition, up to where each is stable now. */
export async function readCommitted(
  { admin, consumer, topic }: ReadTopic,
  take: Take,
): Promise<void> {
  const metadata = await admin.metadata({ topics: [topic], forceUpdate: true });
  const found = metadata.topics.get(topic);
  if (found === undefined) throw new Error(`there is no topic ${topic}`);
  consumer.topics.track(topic);
  for (const [partition, { leader }] of found.partitions.entries()) {
    await readPartition(consumer, { topicId: found.id, partition, node: leader }, take);
  }
}

async function readPartition(
  consumer: Consumer,
  { topicId, partition, node }: { topicId: string; partition: number; node: number },
  take: Take,
): Promise<void> {
  const of = { partition, currentLeaderEpoch: -1, lastFetchedEpoch: -1 };
  const aborted = new Aborted();
  for (let offset = 0n; ;) {
    const wanted = { ...of, fetchOffset: offset, partitionMaxBytes: FETCH_BYTES };
    const { responses } = await consumer.fetch({
      node,
      topics: [{ topicId, partitions: [wanted] }],
      isolationLevel: READ_COMMITTED,
      minBytes: 0,
      maxBytes: FETCH_BYTES,
    });
    const part = responses[0]?.partitions[0];
    if (part === undefined) return;
    aborted.add(part.abortedTransactions ?? []);
    const before = offset;
    for (const batch of part.records ?? []) {
      const next = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
      if (next <= offset) continue;
      if (!aborted.covers(batch)) takeBatch(batch, offset, take);
      offset = next;
    }
    if (offset === before && part.logStartOffset > offset) offset = part.logStartOffset;
    else if (offset >= part.lastStableOffset || offset === before) return;
  }
}

interface Batch {
  readonly firstOffset: bigint;
  readonly lastOffsetDelta: number;
  readonly attributes: number;
  readonly producerId: bigint;
  readonly records: readonly {
    readonly offsetDelta: number;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
  }[];
}

function takeBatch({ firstOffset, attributes, records }: Batch, from: bigint, take: Take): void {
  if ((attributes & IS_CONTROL) !== 0) return;
  for (const { offsetDelta, key, value } of records) {
    if (firstOffset + BigInt(offsetDelta) < from) continue;
    take(String(key ?? ""), value === null ? undefined : value.toString());
  }
}

/** Which batches belong to transactions that were aborted; the client leaves that to who fetches. */
class Aborted {
  readonly #begin = new Map<string, bigint[]>();
  readonly #open = new Set<string>();

  add(found: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[]): void {
    this.#begin.clear();
    for (const { producerId, firstOffset } of found) {
      const name = String(producerId);
      this.#begin.set(name, [...(this.#begin.get(name) ?? []), firstOffset]);
    }
  }

  covers(batch: Batch): boolean {
    const name = String(batch.producerId);
    const isMarker = (batch.attributes & IS_CONTROL) !== 0;
    const begun = (this.#begin.get(name) ?? []).some((offset) => offset <= batch.firstOffset);
    if (begun && !isMarker) this.#open.add(name);
    if (isMarker) {
      const type = batch.records[0]?.key?.readInt16BE(2);
      if (type === ABORT) {
        this.#open.delete(name);
        const [, ...later] = this.#begin.get(name) ?? [];
        this.#begin.set(name, later);
      }
      return false;
    }
    return (batch.attributes & IS_TRANSACTIONAL) !== 0 && this.#open.has(name);
  }
}
