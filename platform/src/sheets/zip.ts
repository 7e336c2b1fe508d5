import { Readable } from "node:stream";
import { crc32, createDeflateRaw } from "node:zlib";

/** A file of an archive, as texts that are encoded in UTF-8. */
export interface ZipFile {
  readonly name: string;
  readonly content: Iterable<string> | AsyncIterable<string>;
}

interface Written {
  readonly name: Buffer;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

const VERSION = 20;
/** Sizes follow the content; names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATE = 8;
/** 1 January 1980, the first day of the format: the same content makes the same archive. */
const DOS_DATE = 0x21;
/** Without the format's 64-bit extension. */
const MAX_BYTES = 0xffff_ffff;

/**
 * Files as a ZIP archive (PKWARE APPNOTE 6.3), written while their content is read. Throws where one would
 * need the 64-bit extension: at 4 GiB.
 */
export async function* writeZip(
  files: AsyncIterable<ZipFile>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const directory: Written[] = [];
  let at = 0;
  for await (const { name, content } of files) {
    const encoded = Buffer.from(name);
    const start = at;
    const sums = { crc: 0, size: 0, packed: 0 };
    const head = localHeader(encoded);
    yield head;
    for await (const chunk of deflate(content, sums)) yield chunk;
    const tail = descriptor(sums);
    yield tail;
    at += head.length + sums.packed + tail.length;
    if (at > MAX_BYTES || sums.size > MAX_BYTES) throw new RangeError("The archive is over 4 GiB.");
    directory.push({ name: encoded, ...sums, at: start });
  }
  const entries = Buffer.concat(directory.map(centralHeader));
  yield entries;
  yield endOfDirectory(directory.length, entries.length, at);
}

async function* deflate(
  content: ZipFile["content"],
  sums: { crc: number; size: number; packed: number },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const packer = createDeflateRaw();
  const source = Readable.from(count(content, sums), { objectMode: true });
  source.on("error", (error) => packer.destroy(error));
  source.pipe(packer);
  for await (const chunk of packer as AsyncIterable<Buffer<ArrayBuffer>>) {
    sums.packed += chunk.length;
    yield chunk;
  }
}

async function* count(
  content: ZipFile["content"],
  sums: { crc: number; size: number },
): AsyncGenerator<Buffer> {
  for await (const text of content) {
    const bytes = Buffer.from(text);
    sums.crc = crc32(bytes, sums.crc);
    sums.size += bytes.length;
    yield bytes;
  }
}

function localHeader(name: Buffer): Buffer<ArrayBuffer> {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x0403_4b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(FLAGS, 6);
  header.writeUInt16LE(DEFLATE, 8);
  header.writeUInt16LE(DOS_DATE, 12);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function descriptor({ crc, packed, size }: Omit<Written, "name" | "at">): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x0807_4b50, 0);
  bytes.writeUInt32LE(crc, 4);
  bytes.writeUInt32LE(packed, 8);
  bytes.writeUInt32LE(size, 12);
  return bytes;
}

function centralHeader({ name, crc, packed, size, at }: Written): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x0201_4b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(VERSION, 6);
  header.writeUInt16LE(FLAGS, 8);
  header.writeUInt16LE(DEFLATE, 10);
  header.writeUInt16LE(DOS_DATE, 14);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(packed, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt32LE(at, 42);
  return Buffer.concat([header, name]);
}

function endOfDirectory(files: number, bytes: number, at: number): Buffer<ArrayBuffer> {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(files, 8);
  end.writeUInt16LE(files, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(at, 16);
  return end;
}
