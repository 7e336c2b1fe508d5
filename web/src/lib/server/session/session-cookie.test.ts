import { expect, test } from "vitest";
import { canKeepCookies } from "./session-cookie.ts";

test.each([
  ["https://funds.example", true],
  ["http://localhost:3000", true],
  ["http://127.0.0.1:3000", true],
  ["http://[::1]:3000", true],
  ["http://funds.example", false],
  ["http://192.168.1.20:3000", false],
  ["http://localhost.evil.example", false],
])("decides for %s whether browsers keep a cookie: %s", (url, expected) => {
  expect(canKeepCookies(url)).toBe(expected);
});
