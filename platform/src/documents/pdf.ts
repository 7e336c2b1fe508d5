import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type PdfKit from "pdfkit";

/** What a document shows: facts under a title, then tables. */
export interface PdfDocument {
  readonly title: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly tables: readonly PdfTable[];
}

interface PdfTable {
  readonly title: string;
  /** What stands there without rows. */
  readonly empty?: string;
  readonly columns: readonly PdfColumn[];
  readonly rows: readonly (readonly string[])[];
}

interface PdfColumn {
  readonly name: string;
  /** Share of the width of the page, of the sum of all. */
  readonly width: number;
  /** Figures end at the right. */
  readonly isFigure?: boolean;
}

const MARGIN = 40;
const SIZE = { title: 16, heading: 11, text: 9, table: 8 } as const;
const GAP = 4;
const LABEL_WIDTH = 130;

/** Fonts by what they have signs for, in the order of choice; each file has one script. */
const FONTS = [
  { name: "latin", file: "noto-sans/files/noto-sans-latin-400-normal.woff" },
  { name: "latin-ext", file: "noto-sans/files/noto-sans-latin-ext-400-normal.woff" },
  { name: "greek", file: "noto-sans/files/noto-sans-greek-400-normal.woff" },
  { name: "cyrillic", file: "noto-sans/files/noto-sans-cyrillic-400-normal.woff" },
  { name: "hebrew", file: "noto-sans-hebrew/files/noto-sans-hebrew-hebrew-400-normal.woff" },
] as const;

/** What stands for a sign that no font has. */
const REPLACEMENT = "?";

type Pdf = InstanceType<typeof PdfKit>;

/** The document as PDF, on A4 pages. Signs outside Latin, Greek, Cyrillic and Hebrew become `?`. */
export async function writePdf(document: PdfDocument): Promise<Uint8Array> {
  // Loaded for the first document: a start does not need it.
  const [{ default: PDFDocument }, fonts] = await Promise.all([import("pdfkit"), readFonts()]);
  const pdf = new PDFDocument({ size: "A4", margin: MARGIN, info: { Title: document.title } });
  const chunks: Buffer[] = [];
  pdf.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => void pdf.on("end", resolve));
  for (const { name, bytes } of fonts) pdf.registerFont(name, bytes);
  new Page(pdf).write(document);
  pdf.end();
  await ended;
  return Buffer.concat(chunks);
}

interface Font {
  readonly name: string;
  readonly bytes: Buffer;
}

let loadedFonts: Promise<readonly Font[]> | undefined;

function readFonts(): Promise<readonly Font[]> {
  const require = createRequire(import.meta.url);
  loadedFonts ??= Promise.all(
    FONTS.map(async ({ name, file }) => ({
      name,
      bytes: await readFile(require.resolve(`@fontsource/${file}`)),
    })),
  );
  return loadedFonts;
}

/** A part of a text that one font has. */
interface Run {
  readonly font: string;
  readonly text: string;
}

/** Writes from the top of the first page down, over as many pages as it needs. */
class Page {
  readonly #pdf: Pdf;
  readonly #width: number;
  #y = MARGIN;

  constructor(pdf: Pdf) {
    this.#pdf = pdf;
    this.#width = pdf.page.width - 2 * MARGIN;
  }

  write({ title, facts, tables }: PdfDocument): void {
    this.#line(title, SIZE.title);
    this.#y += GAP;
    for (const [label, value] of facts) {
      const height = lineHeight(SIZE.text);
      this.#breakUnless(height);
      this.#cell(label, MARGIN, LABEL_WIDTH, SIZE.text);
      this.#cell(value, MARGIN + LABEL_WIDTH, this.#width - LABEL_WIDTH, SIZE.text);
      this.#y += height;
    }
    for (const table of tables) this.#table(table);
  }

  #line(text: string, size: number): void {
    this.#breakUnless(lineHeight(size));
    this.#cell(text, MARGIN, this.#width, size);
    this.#y += lineHeight(size);
  }

  #table({ title, empty, columns, rows }: PdfTable): void {
    this.#y += 3 * GAP;
    this.#line(title, SIZE.heading);
    if (rows.length === 0 && empty !== undefined) return this.#line(empty, SIZE.text);
    const names = columns.map(({ name }) => name);
    this.#row(columns, names);
    this.#rule();
    for (const row of rows) {
      if (this.#breakUnless(lineHeight(SIZE.table))) {
        this.#row(columns, names);
        this.#rule();
      }
      this.#row(columns, row);
    }
  }

  #row(columns: readonly PdfColumn[], cells: readonly string[]): void {
    const whole = columns.reduce((sum, { width }) => sum + width, 0);
    let x = MARGIN;
    for (const [index, { width, isFigure = false }] of columns.entries()) {
      const own = (this.#width * width) / whole;
      this.#cell(cells[index] ?? "", x, own - GAP, SIZE.table, isFigure);
      x += own;
    }
    this.#y += lineHeight(SIZE.table);
  }

  #rule(): void {
    const y = this.#y - 1;
    this.#pdf
      .moveTo(MARGIN, y)
      .lineTo(MARGIN + this.#width, y)
      .lineWidth(0.5)
      .stroke();
    this.#y += 2;
  }

  /** Begins a page when the height does not fit; true when it does. */
  #breakUnless(height: number): boolean {
    if (this.#y + height <= this.#pdf.page.height - MARGIN) return false;
    this.#pdf.addPage();
    this.#y = MARGIN;
    return true;
  }

  /** One line of text, cut where it is wider than its place. */
  #cell(text: string, x: number, width: number, size: number, isRight = false): void {
    const runs = runsOf(text, (font, sign) => this.#has(font, sign));
    const shown = this.#fit(runs, width, size);
    const wide = shown.reduce((sum, run) => sum + this.#widthOf(run, size), 0);
    let at = isRight ? x + Math.max(width - wide, 0) : x;
    for (const run of shown) {
      this.#pdf.font(run.font, size).text(run.text, at, this.#y, { lineBreak: false });
      at += this.#widthOf(run, size);
    }
  }

  #fit(runs: readonly Run[], width: number, size: number): Run[] {
    const shown: Run[] = [];
    let left = width;
    for (const run of runs) {
      const wide = this.#widthOf(run, size);
      if (wide <= left) {
        shown.push(run);
        left -= wide;
        continue;
      }
      const signs = Array.from(run.text);
      while (signs.length > 0 && this.#widthOf({ ...run, text: signs.join("") }, size) > left) {
        signs.pop();
      }
      if (signs.length > 0) shown.push({ ...run, text: signs.join("") });
      break;
    }
    return shown;
  }

  #widthOf({ font, text }: Run, size: number): number {
    return this.#pdf.font(font, size).widthOfString(text);
  }

  #has(font: string, sign: string): boolean {
    const { _font: own } = this.#pdf.font(font) as unknown as {
      readonly _font: { readonly font: { hasGlyphForCodePoint: (code: number) => boolean } };
    };
    return own.font.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0);
  }
}

const lineHeight = (size: number): number => size * 1.4;

const isHebrew = ({ font }: Run): boolean => font === "hebrew";

/**
 * A text in runs of one font, in the order in which they are seen: Hebrew runs with the spaces between them are
 * read from the right.
 */
export function runsOf(text: string, has: (font: string, sign: string) => boolean): Run[] {
  const runs: Run[] = [];
  for (const sign of text.replaceAll(/\p{Cc}/gu, " ")) {
    const font = FONTS.find(({ name }) => has(name, sign))?.name;
    const run = { font: font ?? FONTS[0].name, text: font === undefined ? REPLACEMENT : sign };
    const last = runs.at(-1);
    if (last?.font === run.font && !/\s/.test(sign)) {
      runs[runs.length - 1] = { ...last, text: last.text + run.text };
    } else runs.push(run);
  }
  return inVisualOrder(runs);
}

function inVisualOrder(runs: readonly Run[]): Run[] {
  const seen: Run[] = [];
  for (let at = 0; at < runs.length;) {
    let end = at;
    for (let next = at; next < runs.length; next += 1) {
      const run = runs[next];
      if (run === undefined) break;
      if (isHebrew(run)) end = next + 1;
      else if (run.text.trim() !== "") break;
    }
    if (end > at && isHebrew(runs[at] ?? { font: "", text: "" })) {
      seen.push(...runs.slice(at, end).toReversed());
      at = end;
    } else {
      seen.push(...runs.slice(at, at + 1));
      at += 1;
    }
  }
  return seen;
}
