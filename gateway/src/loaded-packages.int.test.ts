import { packagesLoadedBy } from "@allfunds/platform/testing";
import { expect, test } from "vitest";

test("loads no ORM, no database driver, no schema builder and no planner at start", async () => {
  const loaded = await packagesLoadedBy(new URL("./service.ts", import.meta.url));
  expect([...loaded]).toContain("fastify");
  const heavy = /^(@mikro-orm\/|pg$|type-graphql$|@apollo\/(federation-internals|gateway)$)/;
  expect([...loaded].filter((name) => heavy.test(name))).toEqual([]);
});
