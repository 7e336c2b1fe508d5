import { inflateRawSync } from "node:zlib";
import { invalidStatement } from "./statement.ts";

/** A file within an archive. */
interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const MOST_ENTRIES = 1_000;
const MOST_MB = 96;
/** What one file of an archive may hold, whatever its header states: the unpacking stops there. */
const MOST_BYTES = MOST_MB * 1024 * 1024;
/** Texts of tables are packed to a tenth or a twentieth; what is packed harder is a bomb. */
const MOST_RATIO = 200;
const SMALL_BYTES = 1024 * 1024;

/** Whether the bytes are a ZIP archive. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;

/** The files of a ZIP archive (PKWARE APPNOTE), each unpacked when it is asked for and within limits. */
export class ZipArchive {
  readonly #bytes: Buffer;
  readonly #entries: ReadonlyMap<string, ZipEntry>;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#entries = new Map(entriesIn(this.#bytes).map((entry) => [entry.name, entry]));
  }

  get names(): string[] {
    return [...this.#entries.keys()];
  }

  /** The text of a file in UTF-8; undefined when there is none of this name. */
  textOf(name: string): string | undefined {
    const entry = this.#entries.get(name);
    return entry === undefined ? undefined : this.#unpack(entry).toString("utf8");
  }

  #unpack(entry: ZipEntry): Buffer {
    const { offset, packedBytes, method, bytes, name } = entry;
    if (offset + 30 > this.#bytes.length || this.#bytes.readUInt32LE(offset) !== LOCAL)
      throw broken();
    const start =
      offset + 30 + this.#bytes.readUInt16LE(offset + 26) + this.#bytes.readUInt16LE(offset + 28);
    const packed = this.#bytes.subarray(start, start + packedBytes);
    if (packed.length !== packedBytes) throw broken();
    const most = Math.max(SMALL_BYTES, Math.min(MOST_BYTES, packedBytes * MOST_RATIO));
    if (bytes > most) throw tooLarge(name);
    if (method === 0) return packed;
    if (method !== 8) throw invalidStatement(`"${name}" is packed in a way that is not read.`);
    try {
      return inflateRawSync(packed, { maxOutputLength: most });
    } catch (error) {
      if (error instanceof RangeError) throw tooLarge(name);
      throw broken();
    }
  }
}

const broken = () => invalidStatement("The file is a damaged ZIP archive.");
const tooLarge = (name: string) =>
  invalidStatement(
    `"${name.slice(0, 60)}" in the file unpacks to more than ${MOST_MB} MB, or to more than a table would; export it as CSV.`,
  );

function entriesIn(bytes: Buffer): ZipEntry[] {
  const end = endOf(bytes);
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  if (count > MOST_ENTRIES) throw invalidStatement("The file is an archive of too many files.");
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) throw broken();
    if ((bytes.readUInt16LE(at + 8) & 1) === 1)
      throw invalidStatement("The file is encrypted; save it without a password.");
    const nameBytes = bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.toString("utf8", at + 46, at + 46 + nameBytes),
      method: bytes.readUInt16LE(at + 10),
      packedBytes: bytes.readUInt32LE(at + 20),
      bytes: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** The record at the end of an archive, before a comment of 65,535 bytes at most. */
function endOf(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - END_BYTES - 0xffff);
  for (let at = bytes.length - END_BYTES; at >= first; at -= 1)
    if (bytes.readUInt32LE(at) === END) return at;
  throw broken();
}
