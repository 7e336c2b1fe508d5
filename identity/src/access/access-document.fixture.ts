import { readFile } from "node:fs/promises";
import { ALL_ROLES, type Role } from "./roles.ts";

/** `yes`, `mfa` for only with a second factor, or nothing. */
export type Cell = "yes" | "mfa" | "";

/** A line of the reviewed table: an operation, what its token needs, and which roles may use it. */
export interface AccessRow {
  /** `Query.fund`, or `Fund.metrics` for a field that one service adds to another's type. */
  readonly operation: string;
  readonly needs: string;
  readonly cells: Readonly<Record<Role, Cell>>;
}

const DOCUMENT = new URL("../../../docs/access.md", import.meta.url);
const ROOT_OF_COLUMN: Readonly<Record<string, string>> = {
  query: "Query.",
  mutation: "Mutation.",
  subscription: "Subscription.",
  field: "",
};

/** Reads the reviewed tables of docs/access.md. */
export async function readAccessDocument(): Promise<AccessRow[]> {
  const rows: AccessRow[] = [];
  let head: string[] = [];
  for (const line of (await readFile(DOCUMENT, "utf8")).split("\n")) {
    if (!line.startsWith("|")) continue;
    const cells = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    const [first = "", needs = "", ...rest] = cells;
    if (first in ROOT_OF_COLUMN) head = cells;
    else if (!first.startsWith("-")) {
      rows.push({
        operation: `${ROOT_OF_COLUMN[head[0] ?? ""]}${first.replaceAll("`", "")}`,
        needs,
        cells: Object.fromEntries(
          head.slice(2).map((role, index) => [role, rest[index]]),
        ) as AccessRow["cells"],
      });
    }
  }
  const columns = head.slice(2).join();
  if (columns !== ALL_ROLES.join()) throw new Error(`docs/access.md has the roles ${columns}`);
  return rows;
}
