import { print } from "graphql";
import { expect, it } from "vitest";
import { stateCosts } from "./cost-directives.ts";

const stated = (sdl: string): string => print(stateCosts(sdl));

it("adds @listSize when a connection has a first argument", () => {
  const sdl = stated(`type Fund { accounts(first: Int = 20, after: String): AccountConnection! }`);
  expect(sdl).toContain(
    `accounts(first: Int = 20, after: String): AccountConnection! @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"], requireOneSlicingArgument: false)`,
  );
});

it("adds @cost to a mutation when it has none", () => {
  const sdl = stated(`type Mutation { post: Int analyze: Int @cost(weight: 25) }`);
  expect(sdl).toContain("post: Int @cost(weight: 10)");
  expect(sdl).toContain("analyze: Int @cost(weight: 25)\n");
});

it.each([
  ["a connection without pages", "type Fund { all: AccountConnection! }"],
  ["a list", "type Fund { accounts(first: Int): [Account!]! }"],
  ["a stated size", "type Fund {\n  a(first: Int): AConnection @listSize(assumedSize: 3)\n}"],
])("adds nothing when the field is %s", (_name, sdl) => {
  expect(stated(sdl)).toBe(stated(stated(sdl)));
  expect(stated(sdl).match(/@listSize/g)?.length ?? 0).toBe(sdl.includes("@listSize") ? 1 : 0);
});
