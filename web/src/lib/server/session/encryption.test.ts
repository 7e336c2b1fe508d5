import { expect, test } from "vitest";
import { Encryption } from "./encryption.ts";

const encryption = new Encryption("a secret of this app");

test("decrypts what was encrypted, which looks different every time", () => {
  const encrypted = encryption.encrypt("token", "session 1");
  expect(encryption.decrypt(encrypted, "session 1")).toBe("token");
  expect(encrypted.includes("token")).toBe(false);
  expect(encryption.encrypt("token", "session 1").equals(encrypted)).toBe(false);
});

test("decrypts nothing for another purpose, with another secret or after a change", () => {
  const encrypted = encryption.encrypt("token", "session 1");
  expect(encryption.decrypt(encrypted, "session 2")).toBeUndefined();
  expect(new Encryption("another secret").decrypt(encrypted, "session 1")).toBeUndefined();
  for (let byte = 0; byte < encrypted.length; byte += 1) {
    const changed = Buffer.from(encrypted);
    changed[byte] = (changed[byte] ?? 0) ^ 1;
    expect(encryption.decrypt(changed, "session 1")).toBeUndefined();
  }
  expect(encryption.decrypt(Buffer.from("short"), "session 1")).toBeUndefined();
});
