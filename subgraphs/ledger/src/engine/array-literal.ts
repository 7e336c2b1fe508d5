/** Nothing in it that an array literal would have to quote. */
const PLAIN = /^[\w:.+-]+$/;

/** A one-dimensional array as PostgreSQL reads it; far cheaper than the driver's general way. */
export function arrayLiteral(items: readonly unknown[]): string {
  return `{${items.map(itemLiteral).join(",")}}`;
}

/**
 * A column of mostly nothing: nothing at all where no row has a value. `unnest` of it gives no rows, and
 * the rows of the columns beside it have NULL there.
 */
export const sparse = <T>(items: readonly (T | null | undefined)[]): typeof items | null =>
  items.some((item) => item !== null && item !== undefined) ? items : null;

function itemLiteral(item: unknown): string {
  if (typeof item === "string") return textLiteral(item);
  if (item === null || item === undefined) return "NULL";
  if (typeof item === "number" || typeof item === "bigint" || typeof item === "boolean") {
    return String(item);
  }
  if (Buffer.isBuffer(item)) return `"\\\\x${item.toString("hex")}"`;
  if (item instanceof Date) return `"${item.toISOString()}"`;
  throw new TypeError("only flat arrays of plain values");
}

function textLiteral(item: string): string {
  if (PLAIN.test(item) && (item.length !== 4 || item.toUpperCase() !== "NULL")) return item;
  return `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
