import type { CsvMapping } from "../csv-mapping.ts";
import type { FileReading, StatementFormat } from "../read-file.ts";
import { zipOf } from "./zip-of.fixture.ts";

/** A bank's file, and what is read from it. */
export interface CorpusCase {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly reading: FileReading;
  readonly expected: readonly string[];
}

/**
 * The cases of one text: each begins with `=== name`, then options as `? key=value`, what is expected as `> line`, and
 * the content. Options are the account's `currency`, `account`, `format`, `csv.*`, the `encoding` and line `ends`.
 */
export function corpusIn(text: string): CorpusCase[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const lines = part.replace(/\n$/, "").split("\n");
      const name = lines[0] ?? "";
      const marked = (mark: string): string[] =>
        lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
      const options = new Map(
        marked("? ").map((line): [string, string] => {
          const at = line.indexOf("=");
          return [line.slice(0, at), line.slice(at + 1)];
        }),
      );
      const first = lines.findIndex((line, at) => at > 0 && !/^[?>] /.test(line));
      const content = first === -1 ? "" : lines.slice(first).join("\n");
      return {
        name,
        bytes: bytesOf(content, options),
        reading: readingOf(options),
        expected: marked("> "),
      };
    });
}

function readingOf(options: ReadonlyMap<string, string>): FileReading {
  const csv = [...options].flatMap(([name, text]): [string, unknown][] => {
    if (!name.startsWith("csv.")) return [];
    const value = text === "true" ? true : name === "csv.headerLine" ? Number(text) : text;
    return [[name.slice(4), value]];
  });
  return {
    format: options.get("format") as StatementFormat | undefined,
    csv: Object.fromEntries(csv) as CsvMapping,
    currency: options.get("currency") ?? "EUR",
    account: options.get("account"),
  };
}

function bytesOf(content: string, options: ReadonlyMap<string, string>): Uint8Array {
  const ends = { crlf: "\r\n", cr: "\r" }[options.get("ends") ?? ""] ?? "\n";
  const text = content.replace(/\n/g, ends).replaceAll("{TAB}", "\t");
  const encoding = options.get("encoding") ?? "utf-8";
  if (encoding === "xlsx") return zipOf(partsIn(content));
  if (encoding === "utf-8") return Buffer.from(text);
  if (encoding === "utf-8 bom") return Buffer.from(`\uFEFF${text}`);
  if (encoding === "utf-16le") return Buffer.from(text, "utf16le");
  if (encoding === "utf-16le bom") return Buffer.from(`\uFEFF${text}`, "utf16le");
  if (encoding === "utf-16be bom") return Buffer.from(`\uFEFF${text}`, "utf16le").swap16();
  return encoding === "shift_jis" || encoding === "gb18030"
    ? pairBytes(text, encoding)
    : singleBytes(text, encoding);
}

/** Each sign's bytes in an encoding of pairs, found by decoding all pairs, one on a line. */
function pairBytes(text: string, encoding: "shift_jis" | "gb18030"): Uint8Array {
  const pairs: number[][] = [];
  for (let first = 0x81; first <= 0xef; first += 1) {
    // Between them Shift_JIS has signs of one byte.
    if (encoding === "shift_jis" && first > 0x9f && first < 0xe0) continue;
    for (let second = 0x40; second <= 0xfc; second += 1) pairs.push([first, second]);
  }
  const all = Uint8Array.from(pairs.flatMap((pair) => [...pair, 10]));
  const signs = new TextDecoder(encoding).decode(all).split("\n");
  const bytes = Array.from(text).flatMap((sign) =>
    sign < "\u0080" ? [sign.charCodeAt(0)] : (pairs[signs.indexOf(sign)] ?? []),
  );
  return Uint8Array.from(bytes);
}

/** Each sign's byte in an encoding of one byte, found by decoding all of them. */
function singleBytes(text: string, encoding: string): Uint8Array {
  const all = new TextDecoder(encoding).decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  return Uint8Array.from(text, (sign) => {
    const byte = all.indexOf(sign);
    if (byte === -1) throw new Error(`${encoding} has no ${sign}`);
    return byte;
  });
}

/** The files of a workbook: each begins with `--- path`. */
function partsIn(content: string): Map<string, string> {
  const parts = content.split(/^--- /m).slice(1);
  return new Map(
    parts.map((part): [string, string] => {
      const end = part.indexOf("\n");
      return [part.slice(0, end), part.slice(end + 1)];
    }),
  );
}
