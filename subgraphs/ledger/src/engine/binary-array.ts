import type { ColumnType, ColumnValue } from "./table.ts";

/** How PostgreSQL receives a value in binary: the object id of its type, and what it is written by. */
interface BinaryType {
  readonly oid: number;
  /** Writes a value into `bytes` and returns where it ends. */
  readonly write: (at: number, item: ColumnValue) => number;
}

const SHARED = 1_048_576;

/** Shared by all arrays: each is made in one go and copied out, or leaves with what it made it grow to. */
let bytes = Buffer.allocUnsafe(SHARED);

function reserve(at: number, size: number): void {
  if (at + size <= bytes.length) return;
  const larger = Buffer.allocUnsafe((at + size) * 2);
  bytes.copy(larger, 0, 0, at);
  bytes = larger;
}

/** Nothing but text is longer. */
const LONGEST_PLAIN = 64;
const HEADER = 20;
const LENGTH = 4;

/**
 * A value of each row, as a one-dimensional array in PostgreSQL's binary format: the server copies its items
 * where it would have to parse their texts. Null when no row has a value: `unnest` of it gives no rows, and the
 * rows of the columns beside it have NULL there. Values of `bytea` are hexadecimal.
 */
export function binaryArray<Row>(
  type: ColumnType | "bytea",
  rows: readonly Row[],
  of: (row: Row) => ColumnValue | undefined,
): Buffer | null {
  const { oid, write } = BINARY_TYPES[type];
  let end = HEADER;
  let last: ColumnValue = null;
  let lastAt = HEADER;
  for (const row of rows) {
    const item = of(row);
    reserve(end, LENGTH + LONGEST_PLAIN);
    if (item === null || item === undefined) {
      end = putInt32(end, -1);
    } else if (item === last) {
      // Types, actors, currencies: what stands next to each other in a batch is mostly equal.
      const size = LENGTH + bytes.readInt32BE(lastAt);
      reserve(end, size);
      bytes.copyWithin(end, lastAt, lastAt + size);
      lastAt = end;
      end += size;
    } else {
      lastAt = end;
      end = write(end + LENGTH, item);
      putInt32(lastAt, end - lastAt - LENGTH);
      last = item;
    }
  }
  if (last === null) return null;
  putHeader(oid, rows.length);
  return taken(end);
}

function taken(end: number): Buffer {
  const array = bytes.subarray(0, end);
  if (bytes.length === SHARED) return Buffer.from(array);
  bytes = Buffer.allocUnsafe(SHARED);
  return array;
}

function putHeader(oid: number, length: number): void {
  const dimensions = 1;
  putInt32(0, dimensions);
  // Whether there are NULLs the server finds out by itself.
  putInt32(4, 0);
  putInt32(8, oid);
  putInt32(12, length);
  const firstIndex = 1;
  putInt32(16, firstIndex);
}

function putInt32(at: number, value: number): number {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
  return at + 4;
}

function putInt16(at: number, value: number): number {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
  return at + 2;
}

const WORD = 2 ** 32;

function putInt64(at: number, value: number | bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) {
    putInt32(at, Math.floor(number / WORD));
    return putInt32(at + 4, number >>> 0);
  }
  if (typeof value !== "bigint") throw notOf("bigint");
  return bytes.writeBigInt64BE(value, at);
}

const notOf = (type: string): TypeError => new TypeError(`not a value of the type ${type}`);

const NOT_HEX = 255;
const HEX = new Uint8Array(128).fill(NOT_HEX);
for (let digit = 0; digit < 16; digit += 1) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

const DASH = 45;

const hasDashes = (item: string): boolean =>
  item.length === 36 &&
  item.charCodeAt(8) === DASH &&
  item.charCodeAt(13) === DASH &&
  item.charCodeAt(18) === DASH &&
  item.charCodeAt(23) === DASH;

// A loop costs less than the calls into the runtime that the parts between the dashes would need.
function writeUuid(at: number, item: ColumnValue): number {
  if (typeof item !== "string" || !hasDashes(item)) throw notOf("uuid");
  let index = 0;
  let highest = 0;
  for (let place = 0; place < 16; place += 1) {
    const high = HEX[item.charCodeAt(index)] ?? NOT_HEX;
    const low = HEX[item.charCodeAt(index + 1)] ?? NOT_HEX;
    highest |= high | low;
    bytes[at + place] = high * 16 + low;
    index += place === 3 || place === 5 || place === 7 || place === 9 ? 3 : 2;
  }
  if (highest > 15) throw notOf("uuid");
  return at + 16;
}

function writeHex(at: number, item: ColumnValue): number {
  if (typeof item !== "string") throw notOf("bytea");
  const size = item.length / 2;
  reserve(at, size);
  // It stops where a digit is none.
  if (bytes.write(item, at, "hex") !== size) throw notOf("bytea");
  return at + size;
}

function writeText(at: number, item: ColumnValue): number {
  if (typeof item !== "string") throw notOf("text");
  // UTF-8 needs at most three bytes for a UTF-16 unit.
  reserve(at, item.length * 3);
  return at + bytes.write(item, at);
}

const TEN_THOUSAND = 10_000;

/** A whole number: its weight, sign and scale, and its digits of base 10,000, highest first. */
function writeNumeric(at: number, item: ColumnValue): number {
  if (typeof item !== "number" && typeof item !== "bigint") throw notOf("numeric");
  const isNegative = item < 0;
  const digits = Number.isSafeInteger(Number(item))
    ? putDigits(at + 8, Math.abs(Number(item)))
    : putLongDigits(at + 8, item);
  putInt16(at, digits);
  putInt16(at + 2, digits - 1);
  putInt16(at + 4, isNegative ? 0x4000 : 0);
  putInt16(at + 6, 0);
  return at + 8 + digits * 2;
}

/** At most four digits. */
function putDigits(at: number, value: number): number {
  let count = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / TEN_THOUSAND)) count += 1;
  let rest = value;
  for (let place = count - 1; place >= 0; place -= 1) {
    const higher = Math.floor(rest / TEN_THOUSAND);
    putInt16(at + place * 2, rest - higher * TEN_THOUSAND);
    rest = higher;
  }
  return count;
}

function putLongDigits(at: number, item: number | bigint): number {
  if (typeof item === "number") throw notOf("numeric");
  const text = (item < 0n ? -item : item).toString();
  const count = Math.ceil(text.length / 4);
  reserve(at, count * 2);
  const padded = text.padStart(count * 4, "0");
  for (let place = 0; place < count; place += 1) {
    putInt16(at + place * 2, Number(padded.slice(place * 4, place * 4 + 4)));
  }
  return count;
}

/** The days and milliseconds of PostgreSQL count from here. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;

let lastDate = "2000-01-01";
let lastDay = 0;

function writeDate(at: number, item: ColumnValue): number {
  if (typeof item !== "string") throw notOf("date");
  if (item !== lastDate) {
    const midnight = new Date(`${item}T00:00:00Z`);
    // The 30th of February would become a day of March.
    if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(`${item}T`)) {
      throw notOf("date");
    }
    lastDay = (midnight.getTime() - EPOCH_MS) / DAY_MS;
    lastDate = item;
  }
  return putInt32(at, lastDay);
}

function writeTime(at: number, item: ColumnValue): number {
  if (!(item instanceof Date)) throw notOf("timestamptz");
  return putInt64(at, (item.getTime() - EPOCH_MS) * 1_000);
}

function writeBoolean(at: number, item: ColumnValue): number {
  if (typeof item !== "boolean") throw notOf("boolean");
  bytes[at] = item ? 1 : 0;
  return at + 1;
}

/** A writer of whole numbers within some bounds. */
const writeInteger =
  (type: string, most: number, put: (at: number, value: number) => number) =>
  (at: number, item: ColumnValue): number => {
    const isWhole = typeof item === "number" && Number.isInteger(item);
    if (!isWhole || item > most || item < -most - 1) throw notOf(type);
    return put(at, item);
  };

function writeBigint(at: number, item: ColumnValue): number {
  if (typeof item !== "number" && typeof item !== "bigint") throw notOf("bigint");
  return putInt64(at, item);
}

const BINARY_TYPES: Readonly<Record<ColumnType | "bytea", BinaryType>> = {
  boolean: { oid: 16, write: writeBoolean },
  bytea: { oid: 17, write: writeHex },
  bigint: { oid: 20, write: writeBigint },
  smallint: { oid: 21, write: writeInteger("smallint", 32_767, putInt16) },
  integer: { oid: 23, write: writeInteger("integer", 2 ** 31 - 1, putInt32) },
  text: { oid: 25, write: writeText },
  json: { oid: 114, write: writeText },
  date: { oid: 1082, write: writeDate },
  timestamptz: { oid: 1184, write: writeTime },
  numeric: { oid: 1700, write: writeNumeric },
  uuid: { oid: 2950, write: writeUuid },
};
