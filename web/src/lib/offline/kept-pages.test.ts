import { expect, test } from "vitest";
import { endsCopies, isFresh, isKept, KEPT_AT, LONGEST_KEPT_MS, markKept } from "./kept-pages.ts";

const page = (path: string) => new URL(path, "http://localhost:3000");
const html = { "content-type": "text/html; charset=utf-8" };
const answer = (changes: { ok?: boolean; redirected?: boolean; headers?: object } = {}) => ({
  ok: true,
  redirected: false,
  ...changes,
  headers: new Headers({ ...html, ...changes.headers }),
});

test.each(["/", "/funds/1", "/funds/1/transactions?q=rent", "/accounts/1/statements"])(
  "keeps %s",
  (path) => {
    expect(isKept(page(path), answer())).toBe(true);
  },
);

test.each([
  ["a page that failed", "/funds/1", { ok: false }],
  ["where it was led to instead", "/funds/1", { redirected: true }],
  ["a download", "/funds/1", { headers: { "content-type": "text/csv" } }],
  ["the sign-in page", "/sign-in", {}],
  ["an export", "/funds/1/transactions/export", {}],
  ["a file", "/attachments/1", {}],
  ["what a form left behind", "/jobs?done=cancelled", {}],
] as const)("does not keep %s", (_name, path, changes) => {
  expect(isKept(page(path), answer(changes))).toBe(false);
});

test("shows a copy as long as a session can last, and no longer", () => {
  const copy = { headers: new Headers({ [KEPT_AT]: "1000" }) };
  expect(isFresh(copy, 1_000 + LONGEST_KEPT_MS - 1)).toBe(true);
  expect(isFresh(copy, 1_000 + LONGEST_KEPT_MS)).toBe(false);
  expect(isFresh({ headers: new Headers() }, 5)).toBe(false);
});

test("ends copies where a user signs in or out", () => {
  expect(["/sign-in", "/auth/callback", "/auth/sign-out"].map(page).every(endsCopies)).toBe(true);
  expect(["/", "/authors", "/funds/1"].map(page).some(endsCopies)).toBe(false);
});

test("names the time of a copy in its root element, and nothing that is no number", () => {
  expect(markKept('<!doctype html><html lang="en">', "1764460800000")).toBe(
    '<!doctype html><html data-kept-at="1764460800000" lang="en">',
  );
  expect(markKept("<html >", '"><script>')).toBe('<html data-kept-at="NaN" >');
});
