import { packagesLoadedBy } from "@allfunds/platform/testing";
import { expect, test } from "vitest";

test("loads no ORM, no database driver and no schema builder at start", async () => {
  const loaded = await packagesLoadedBy(new URL("./service.ts", import.meta.url));
  expect([...loaded]).toContain("fastify");
  const heavy = [...loaded].filter((name) => /^(@mikro-orm\/|pg$|type-graphql$)/.test(name));
  expect(heavy).toEqual([]);
});
