/** Whether a text is a page with a table: some banks give it the name of a workbook. */
export const isHtml = (text: string): boolean =>
  /^\uFEFF?\s*<(!doctype html|html|head|body|meta|style|table|div)\b/i.test(text) &&
  /<table\b/i.test(text);

const ROW = /<tr\b[^>]*>([\s\S]*?)(?=<\/tr>|<tr\b|<\/table>)/gi;
const CELL = /<t[dh]\b([^>]*)>([\s\S]*?)(?=<\/t[dh]>|<t[dh]\b|$)/gi;

/** The rows of all tables of a page, one below the other; a cell over several columns stands in the first. */
export function rowsOfHtml(page: string): { line: number; cells: string[] }[] {
  const text = page.replace(/<!--[\s\S]*?-->|<(script|style)\b[\s\S]*?<\/\1>/gi, "");
  const rows: { line: number; cells: string[] }[] = [];
  let [line, counted] = [1, 0];
  for (const { 1: row = "", index } of text.matchAll(ROW)) {
    line += text.slice(counted, index).split("\n").length - 1;
    counted = index;
    const cells: string[] = [];
    for (const [, attributes = "", cell = ""] of row.matchAll(CELL)) {
      cells.push(textIn(cell));
      const span = Math.min(Number(/colspan\s*=\s*["']?(\d+)/i.exec(attributes)?.[1] ?? 1), 100);
      for (let more = 1; more < span; more += 1) cells.push("");
    }
    if (cells.some((cell) => cell !== "")) rows.push({ line, cells });
  }
  return rows;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  euro: "€",
  pound: "£",
  minus: "-",
};

const textIn = (cell: string): string =>
  cell
    .replace(/<[^>]*>/g, " ")
    .replace(
      /&(?:#(\d{1,6})|#x([\da-f]{1,5})|(\w{2,8}));/gi,
      (whole, code?: string, hex?: string, name?: string) =>
        name === undefined
          ? String.fromCodePoint(
              Math.min(Number.parseInt(code ?? hex ?? "0", code === undefined ? 16 : 10), 0x10ffff),
            )
          : (ENTITIES[name] ?? whole),
    )
    .replace(/\s+/g, " ")
    .trim();
