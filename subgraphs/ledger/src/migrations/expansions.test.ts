import { contractionsOf } from "@allfunds/platform/testing";
import { expect, test } from "vitest";
import { MIGRATIONS } from "./index.ts";

/** From this number on the version before runs beside each new one, and every migration is named for it. */
const FIRST = "0160";

const numbered = MIGRATIONS.map(({ name }) => name).filter((name) => /^\d{4}-/.test(name));
const expansions = MIGRATIONS.filter(({ name }) => /\bexpand\b/.test(name));

test.each(expansions)("$name only adds what the version before need not write", (migration) => {
  expect(contractionsOf(new migration.class().statements())).toEqual([]);
});

test("every migration from there on is named an expansion", () => {
  const since = numbered.filter((name) => name >= FIRST);
  expect(since).toContain("0160-expand-place-tenants");
  expect(since.filter((name) => !/\bexpand\b/.test(name))).toEqual([]);
});
