import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { demoFiles } from "./main.ts";

const committed = (name: string): string =>
  readFileSync(new URL(`../${name}`, import.meta.url), "utf8");

const rows = committed("bank-statement.csv")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map(
    (line) =>
      line.match(/("([^"]|"")*"|[^;]*)(;|$)/g)?.map((field) => field.replace(/;$/, "")) ?? [],
  );
const column = (row: readonly string[], index: number): string => row[index] ?? "";
const cents = (text: string): number => Number(text.replace(/[,.]/, ""));
const isoDate = (text: string): string => text.split(".").toReversed().join("-");

it.each(Object.entries(demoFiles()))("regenerating %s gives the committed bytes", (name, text) => {
  expect(text).toBe(committed(name));
});

it("has more than 2,000 lines in each of 24 months, on days when banks work", () => {
  const dates = rows.map((row) => isoDate(column(row, 0)));
  expect(dates.length).toBeGreaterThan(2_000);
  expect(new Set(dates.map((date) => date.slice(0, 7))).size).toBe(24);
  expect(dates).toEqual(dates.toSorted());
  const weekdays = new Set(dates.map((date) => new Date(date).getUTCDay()));
  expect(weekdays).toEqual(new Set([1, 2, 3, 4, 5]));
  expect(dates).not.toContain("2025-04-21");
});

it("carries a running balance that starts at nothing, adds up and never turns negative", () => {
  let balance = 0;
  for (const row of rows) {
    balance += cents(column(row, 2));
    expect(column(row, 7)).toBe(
      `${Math.floor(balance / 100)},${String(balance % 100).padStart(2, "0")}`,
    );
    expect(balance).toBeGreaterThanOrEqual(0);
  }
});

it("gives every booking a reference of its own", () => {
  expect(new Set(rows.map((row) => column(row, 6))).size).toBe(rows.length);
});

it("closes the camt.053 statement on the opening balance plus what was booked", () => {
  const xml = committed("camt053-statement.xml");
  const [opening, closing] = [...xml.matchAll(/<Bal>[\s\S]*?<Amt Ccy="EUR">([\d.]+)</g)].map(
    (found) => cents(found[1] ?? ""),
  );
  const entries = [...xml.matchAll(/<Ntry>[\s\S]*?<\/Ntry>/g)].map(([entry]) => entry);
  const booked = entries
    .filter((entry) => entry.includes("<Cd>BOOK</Cd>"))
    .map((entry) => signedCents(entry))
    .reduce((sum, amount) => sum + amount, 0);
  expect(entries.length).toBeGreaterThanOrEqual(40);
  expect(entries.filter((entry) => entry.includes("<Cd>PDNG</Cd>"))).toHaveLength(1);
  expect(entries.filter((entry) => entry.includes("<RvslInd>true</RvslInd>"))).toHaveLength(1);
  expect(closing).toBe((opening ?? 0) + booked);
});

it("splits the camt.053 batch into payments that make up its sum", () => {
  const batch = committed("camt053-statement.xml").match(/<Btch>[\s\S]*?<\/NtryDtls>/)?.[0] ?? "";
  const total = cents(batch.match(/<TtlAmt Ccy="EUR">([\d.]+)</)?.[1] ?? "");
  const parts = [...batch.matchAll(/<Amt Ccy="EUR">([\d.]+)</g)].map((found) =>
    cents(found[1] ?? ""),
  );
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
});

function signedCents(entry: string): number {
  const amount = cents(entry.match(/<Amt Ccy="EUR">([\d.]+)</)?.[1] ?? "");
  // The first direction is the entry's own; charges and payments inside have theirs.
  return entry.match(/<CdtDbtInd>(\w+)</)?.[1] === "DBIT" ? -amount : amount;
}
