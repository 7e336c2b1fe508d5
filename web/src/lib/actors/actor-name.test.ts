import { expect, test } from "vitest";
import { en } from "../language/catalogue/en.ts";
import { translator } from "../language/messages.ts";
import { actorName } from "./actor-name.ts";

const t = translator("en", en);

const anna = { name: "Anna Accountant", kind: "USER" } as const;
const robot = { name: "Month-end robot", kind: "CLIENT" } as const;

test.each([
  ["a person", actorName(t, "1", anna, "2"), "Anna Accountant"],
  ["a program", actorName(t, "client_1", robot, "2"), "Month-end robot (API client)"],
  ["oneself", actorName(t, "1", anna, "1"), "You"],
  ["an id without an actor", actorName(t, "1", { name: null, kind: null }, "2"), "1"],
  ["any id while the issuer is unavailable", actorName(t, "1", null, "2"), "1"],
])("shows the right name for %s", (_who, shown, wanted) => {
  expect(shown).toBe(wanted);
});
