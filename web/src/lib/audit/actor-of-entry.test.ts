import { expect, test } from "vitest";
import { en } from "../language/catalogue/settings/en.ts";
import { translator } from "../language/messages.ts";
import { actorOfEntry } from "./actor-of-entry.ts";

const t = translator("en", en);
const anna = { name: "Anna Accountant", kind: "USER" } as const;
const robot = { name: "Month-end robot", kind: "CLIENT" } as const;

test("shows the kind, and the name when there is one, in an entry of the audit log", () => {
  expect(actorOfEntry(t, "USER", anna)).toBe("Anna Accountant (user)");
  expect(actorOfEntry(t, "CLIENT", robot)).toBe("Month-end robot (API client)");
  expect(actorOfEntry(t, "SYSTEM", { name: null, kind: null })).toBe("system");
  expect(actorOfEntry(t, "UNKNOWN", null)).toBe("unknown");
});
