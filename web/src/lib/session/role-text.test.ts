import { expect, test } from "vitest";
import { de } from "../language/catalogue/de.ts";
import { translator } from "../language/messages.ts";
import { roleText } from "./role-text.ts";

test("names a role in the language of the reader, else by its own words", () => {
  const t = translator("de", de);
  expect(roleText("auditor", t)).toBe("Prüfer");
  expect(roleText("night-watch", t)).toBe("Night watch");
});
