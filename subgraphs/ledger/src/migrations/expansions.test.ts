import { contractionsOf } from "@allfunds/platform/testing";
import { expect, test } from "vitest";
import { MIGRATIONS } from "./index.ts";

/** From this number on the version before runs beside each new one, and every migration is named for it. */
const FIRST = "0160";

const numbered = MIGRATIONS.map(({ name }) => name).filter((name) => /^\d{4}-/.test(name));
const expansions = MIGRATIONS.filter(({ name }) => /\bexpand\b/.test(name));

/** Functions whose body was replaced by one with the same effect: the version before runs with either. */
const SAME_EFFECT = new Map([
  ["0210-expand-count-reversals-by-key", /^CREATE OR REPLACE FUNCTION count_reversal\(\)/],
]);

test.each(expansions)("$name only adds what the version before need not write", (migration) => {
  const replaced = SAME_EFFECT.get(migration.name);
  const contractions = contractionsOf(new migration.class().statements());
  expect(contractions.filter((statement) => replaced?.test(statement) !== true)).toEqual([]);
});

test("every migration from there on is named an expansion", () => {
  const since = numbered.filter((name) => name >= FIRST);
  expect(since).toContain("0160-expand-place-tenants");
  expect(since.filter((name) => !/\bexpand\b/.test(name))).toEqual([]);
});
