import { expect, test } from "vitest";
import { actorName, actorOfEntry } from "./actor-name.ts";

const anna = { name: "Anna Accountant", kind: "USER" } as const;
const robot = { name: "Month-end robot", kind: "CLIENT" } as const;

test.each([
  ["a person", actorName("1", anna, "2"), "Anna Accountant"],
  ["a program", actorName("client_1", robot, "2"), "Month-end robot (API client)"],
  ["oneself", actorName("1", anna, "1"), "You"],
  ["an id without an actor", actorName("1", { name: null, kind: null }, "2"), "1"],
  ["any id while the issuer is unavailable", actorName("1", null, "2"), "1"],
])("shows the right name for %s", (_who, shown, wanted) => {
  expect(shown).toBe(wanted);
});

test("shows the kind, and the name when there is one, in an entry of the audit log", () => {
  expect(actorOfEntry("USER", anna)).toBe("Anna Accountant (user)");
  expect(actorOfEntry("CLIENT", robot)).toBe("Month-end robot (API client)");
  expect(actorOfEntry("SYSTEM", { name: null, kind: null })).toBe("system");
  expect(actorOfEntry("UNKNOWN", null)).toBe("unknown");
});
