import { invalidInput } from "@allfunds/contract/errors";

/** A keyset cursor: the sort values of an item, opaque to clients. */
export const encodeCursor = (values: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(values)).toString("base64url");

/** Decodes a cursor of `encodeCursor` with `length` values; throws INVALID_INPUT for any other. */
export function decodeCursor(cursor: string, length: number): (string | number)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (
      Array.isArray(values) &&
      values.length === length &&
      values.every((value) => typeof value === "string" || typeof value === "number")
    ) {
      return values;
    }
  } catch {
    // Falls through to the refusal below, because the cause does not help the client.
  }
  throw invalidInput("after", "is not a cursor of this list");
}
