import { createRecordsBatch, Reader } from "@platformatic/kafka";

// The logs of the fake broker: batches of records, transactions and their markers.

const IS_CONTROL = 1 << 5;
export const IS_TRANSACTIONAL = 1 << 4;
const LAST_OFFSET_DELTA_AT = 23;
export const ATTRIBUTES_AT = 21;
export const PRODUCER_AT = 43;

interface Stored {
  readonly bytes: Buffer;
  readonly first: bigint;
  readonly next: bigint;
  readonly producerId: bigint;
  readonly isControl: boolean;
}

/** A partition. */
export interface Log {
  readonly batches: Stored[];
  readonly aborted: { readonly producerId: bigint; readonly first: bigint }[];
  /** First offset of each transaction that is open, by producer. */
  readonly open: Map<string, bigint>;
}

/** A transactional producer. */
export interface Identity {
  readonly producerId: bigint;
  epoch: number;
  /** Logs of the transaction that is open. */
  readonly logs: Set<Log>;
}

export const nextOf = ({ batches }: Log): bigint => batches.at(-1)?.next ?? 0n;
export const stableOf = (log: Log): bigint =>
  [...log.open.values()].reduce((least, first) => (first < least ? first : least), nextOf(log));

/** Adds a batch, which gets its offset; of a marker `isControl`. */
export function append(log: Log, bytes: Buffer, producerId: bigint, isControl: boolean): bigint {
  const first = nextOf(log);
  bytes.writeBigInt64BE(first);
  const next = first + BigInt(bytes.readInt32BE(LAST_OFFSET_DELTA_AT)) + 1n;
  log.batches.push({ bytes, first, next, producerId, isControl });
  return first;
}

/** Ends a transaction in each log that has a part of it, with a marker behind that. */
export function finish(identity: Identity, isCommit: boolean): void {
  const { producerId, epoch, logs } = identity;
  for (const log of logs) {
    const first = log.open.get(String(producerId));
    log.open.delete(String(producerId));
    if (first === undefined) continue;
    if (!isCommit) log.aborted.push({ producerId, first });
    append(log, markerOf(producerId, epoch, isCommit), producerId, true);
  }
  logs.clear();
}

function markerOf(producerId: bigint, producerEpoch: number, isCommit: boolean): Buffer {
  const key = Buffer.alloc(4);
  key.writeInt16BE(isCommit ? 1 : 0, 2);
  const { buffer } = createRecordsBatch(
    [{ topic: "", key, value: Buffer.alloc(6) }] as never,
    { transactionalId: "marker", compression: "none", producerId, producerEpoch } as never,
  ) as { readonly buffer: Buffer };
  const bytes = Buffer.from(buffer);
  bytes.writeInt16BE(bytes.readInt16BE(ATTRIBUTES_AT) | IS_CONTROL, ATTRIBUTES_AT);
  return bytes;
}

/** Key and value of the records of committed transactions. */
export function* committedRecords(
  log: Log,
): Generator<{ readonly key: string; readonly value: string }> {
  const stable = stableOf(log);
  for (const { bytes, first, producerId, isControl } of log.batches) {
    if (isControl || first >= stable) continue;
    const isAborted = log.aborted.some((each) => {
      const end = log.batches.find(
        (batch) =>
          batch.isControl && batch.producerId === each.producerId && batch.first > each.first,
      );
      return each.producerId === producerId && first >= each.first && first < (end?.first ?? 0n);
    });
    if (isAborted) continue;
    const batch = readBatch(bytes);
    for (const { key, value } of batch) yield { key: String(key), value: String(value) };
  }
}

function readBatch(bytes: Buffer): readonly { readonly key: unknown; readonly value: unknown }[] {
  const reader = Reader.from(bytes.subarray(57));
  const count = reader.readInt32();
  return Array.from({ length: count }, () => {
    reader.readVarInt();
    reader.readInt8();
    reader.readVarInt();
    reader.readVarInt();
    const [key, value] = [reader.readVarIntBytes(), reader.readVarIntBytes()];
    reader.readVarIntArray((r) => [r.readVarIntBytes(), r.readVarIntBytes()]);
    return { key, value };
  });
}

/** The topics of a request to create some. */
export function wantedTopics(request: Reader): { name: string; partitions: number }[] {
  return request.readArray(
    (r) => {
      const topic = { name: r.readString(false), partitions: r.readInt32() };
      r.readInt16();
      r.readArray(
        (a) => [a.readInt32(), a.readArray((n) => n.readInt32(), false, false)],
        false,
        false,
      );
      r.readArray((c) => [c.readString(false), c.readNullableString(false)], false, false);
      return topic;
    },
    false,
    false,
  );
}
