import { invalidInput } from "@allfunds/contract/errors";

/** What may be attached, by the endings that a name of it can have. */
const ENDINGS = {
  "application/pdf": ["pdf"],
  "image/png": ["png"],
  "image/jpeg": ["jpg", "jpeg"],
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ["xlsx"],
  "application/xml": ["xml"],
  "text/csv": ["csv"],
  "text/plain": ["txt"],
} as const;
export type MediaType = keyof typeof ENDINGS;

const beginsWith = (content: Buffer, ...bytes: number[]): boolean =>
  bytes.every((byte, index) => content[index] === byte);

/** The type of a file, by its content. Its name parts CSV from other text, and has to agree. */
export function sniffMediaType(name: string, content: Buffer): MediaType {
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  const found = binaryType(content) ?? textType(content, ending);
  if (found === undefined) {
    throw invalidInput("content", "must be PDF, PNG, JPEG, XLSX, XML, CSV or plain text");
  }
  const endings: readonly string[] = ENDINGS[found];
  if (!endings.includes(ending)) {
    throw invalidInput(
      "name",
      `must end with .${endings.join(" or .")}, as its content is ${found}`,
    );
  }
  return found;
}

function binaryType(content: Buffer): MediaType | undefined {
  if (content.subarray(0, 5).toString("latin1") === "%PDF-") return "application/pdf";
  if (beginsWith(content, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  if (beginsWith(content, 0xff, 0xd8, 0xff)) return "image/jpeg";
  return isWorkbook(content)
    ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    : undefined;
}

/** A ZIP archive with the parts of an Excel workbook, and without a program in it. */
const isWorkbook = (content: Buffer): boolean =>
  beginsWith(content, 0x50, 0x4b, 0x03, 0x04) &&
  content.includes("[Content_Types].xml") &&
  content.includes("xl/workbook") &&
  !content.includes("vbaProject.bin");

// Characters that no text has: a program or an image that calls itself one.
const NO_TEXT = /(?![\t\n\r])\p{Cc}/u;
// What a browser would run.
const RUNS = /<(?:!doctype\s+html|html|script|svg)[\s>]/i;

function textType(content: Buffer, ending: string): MediaType | undefined {
  const text = decode(content);
  if (text === undefined || NO_TEXT.test(text) || RUNS.test(text)) return undefined;
  if (text.startsWith("<?xml")) return "application/xml";
  return ending === "csv" ? "text/csv" : "text/plain";
}

function decode(content: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}
