import { expect, test } from "vitest";
import { Vault } from "./vault.ts";

const vault = new Vault("a secret of this app");

test("what was sealed opens, and looks different every time", () => {
  const sealed = vault.seal("token", "session 1");
  expect(vault.open(sealed, "session 1")).toBe("token");
  expect(sealed.includes("token")).toBe(false);
  expect(vault.seal("token", "session 1").equals(sealed)).toBe(false);
});

test("nothing opens for another purpose, with another secret or after a change", () => {
  const sealed = vault.seal("token", "session 1");
  expect(vault.open(sealed, "session 2")).toBeUndefined();
  expect(new Vault("another secret").open(sealed, "session 1")).toBeUndefined();
  for (let byte = 0; byte < sealed.length; byte += 1) {
    const changed = Buffer.from(sealed);
    changed[byte] = (changed[byte] ?? 0) ^ 1;
    expect(vault.open(changed, "session 1")).toBeUndefined();
  }
  expect(vault.open(Buffer.from("short"), "session 1")).toBeUndefined();
});
