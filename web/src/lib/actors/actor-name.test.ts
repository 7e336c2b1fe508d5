import { expect, test } from "vitest";
import { actorName, actorOfLine } from "./actor-name.ts";

const anna = { name: "Anna Accountant", kind: "USER" } as const;
const robot = { name: "Month-end robot", kind: "CLIENT" } as const;

test.each([
  ["a person", actorName("1", anna, "2"), "Anna Accountant"],
  ["a program", actorName("client_1", robot, "2"), "Month-end robot (API client)"],
  ["oneself", actorName("1", anna, "1"), "You"],
  ["an id of nobody", actorName("1", { name: null, kind: null }, "2"), "1"],
  ["anybody while the issuer is away", actorName("1", null, "2"), "1"],
])("%s is called by name, where there is one", (_who, shown, wanted) => {
  expect(shown).toBe(wanted);
});

test("a line of the trail says the kind, and the name where there is one", () => {
  expect(actorOfLine("USER", anna)).toBe("Anna Accountant (user)");
  expect(actorOfLine("CLIENT", robot)).toBe("Month-end robot (API client)");
  expect(actorOfLine("SYSTEM", { name: null, kind: null })).toBe("system");
  expect(actorOfLine("UNKNOWN", null)).toBe("unknown");
});
