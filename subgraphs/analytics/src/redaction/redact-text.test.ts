import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { HOSTILE_FORMS } from "./hostile-forms.fixture.ts";
import { namesOf, NO_NAMES } from "./names.ts";
import { PERSONAL_FORMS } from "./personal-data.fixture.ts";
import { KNOWN_PAYEES, PURPOSE_WORDS } from "./purpose-words.ts";
import { redactText, redactWords } from "./redact-text.ts";

const register = namesOf(PERSONAL_FORMS.flatMap(({ counterparty }) => counterparty ?? []));

test("there are a hundred forms of personal data", () => {
  expect(PERSONAL_FORMS.length).toBeGreaterThanOrEqual(100);
});

test("nothing personal of a hundred forms is left", () => {
  const leaks = PERSONAL_FORMS.flatMap(({ text, counterparty = "", secrets }) => {
    const left = redactText(`${text} ${counterparty}`, register);
    return secrets.some((secret) => left.includes(secret)) ? [{ text, left }] : [];
  });
  expect(leaks).toEqual([]);
});

const isIn = (secret: string, text: string): boolean =>
  text
    .split(/[^\p{L}\p{N}]+/u)
    .join(" ")
    .includes(secret) || text.includes(secret);

test("nothing personal of 200 forms against the rules is left, without a register", () => {
  expect(HOSTILE_FORMS.length).toBeGreaterThanOrEqual(200);
  const leaks = HOSTILE_FORMS.flatMap(({ text, secrets }) => {
    const left = redactText(text, NO_NAMES);
    return secrets.some((secret) => isIn(secret, left)) ? [{ text, left }] : [];
  });
  expect(leaks).toEqual([]);
});

test("redacted text stays as it is when it is redacted again, as a whole and word by word", () => {
  for (const { text } of PERSONAL_FORMS) {
    const once = redactText(text, register);
    expect(redactText(once, register)).toBe(once);
    for (const { sent } of redactWords(text, NO_NAMES)) {
      expect(redactText(sent, NO_NAMES)).toBe(sent);
    }
  }
});

/** Numbers from a seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe("five thousand lines", () => {
  const next = random(7);
  const below = (limit: number): number => Math.floor(next() * limit);
  function oneOf<Item>(items: readonly Item[]): Item {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error("nothing to choose from");
    return item;
  }
  const two = (limit: number): string => String(1 + below(limit)).padStart(2, "0");
  const date = (): string =>
    oneOf([
      () => `20${20 + below(10)}-${two(12)}-${two(28)}`,
      () => `${two(28)}.${two(12)}.20${20 + below(10)}`,
      () => `${two(28)}/${two(12)}/${20 + below(10)}`,
      () => `20${20 + below(10)}${two(12)}${two(28)}`,
      () => `${two(12)}/20${20 + below(10)}`,
    ])();
  const amount = (): string => {
    const cents = two(99);
    return oneOf([
      () => `${1 + below(9_999)}.${cents}`,
      () => `${1 + below(999)},${String(below(1_000)).padStart(3, "0")}.${cents}`,
      () => `${1 + below(999)}.${String(below(1_000)).padStart(3, "0")},${cents}`,
      () => `EUR ${1 + below(99_999)}.${cents}`,
      () => `${1 + below(99)}.${two(99)}%`,
    ])();
  };
  const kept = (): string =>
    oneOf([
      () => oneOf(PURPOSE_WORDS),
      () => oneOf(KNOWN_PAYEES),
      date,
      amount,
      () => oneOf(["Q2", "12", "2026"]),
    ])();
  const reference = (): string => `RF${18 + below(80)}${10_000_000 + below(89_999_999)}`;

  test("keep every word of a purpose, every payee, date and amount", () => {
    const lost: { readonly line: string; readonly left: string }[] = [];
    for (let index = 0; index < 5_000; index += 1) {
      // Numbers stand between words: what a bank writes together is one number.
      const parts = Array.from({ length: 4 }, () => `${kept()} ${oneOf(PURPOSE_WORDS)}`);
      const line = [reference(), oneOf(KNOWN_PAYEES).toUpperCase(), ...parts].join(" ");
      const left = redactText(line, NO_NAMES);
      const words = line.split(" ").slice(1);
      if (left.split(" ").slice(-words.length).join(" ") !== words.join(" "))
        lost.push({ line, left });
    }
    expect(lost.slice(0, 5)).toEqual([]);
  });
});

test("lines of banks without such names lose no word to them, however they are written", () => {
  const lines = ["en", "de", "fr", "es", "he"].flatMap((language) =>
    readFileSync(new URL(`../../eval/held-out/${language}.txt`, import.meta.url), "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#")),
  );
  const written = lines.flatMap((line) => [line, line.toUpperCase(), line.toLowerCase()]);
  expect(written.length).toBeGreaterThan(3_000);
  expect(written.filter((line) => NO_NAMES.in(line).length > 0)).toEqual([]);
});

test("a payee that is a purpose is no person, and one with a given name is", () => {
  const names = namesOf(["Monthly Rent", "Zofia Rent", "Bill Sales"]);
  const sent = (text: string): string => redactText(text, names);
  expect(sent("payment Monthly Rent May")).toBe("payment Monthly Rent May");
  expect(sent("payment Zofia Rent May")).toBe("payment [name] May");
  expect(sent("expenses of Bill Sales")).toBe("expenses of [name]");
});

test("the words of the tenant's own text belong to what is sent for them", () => {
  expect(redactWords("Rent to Jane Roe DE89 3704 0044 0532 0130 00 May", NO_NAMES)).toEqual([
    { sent: "Rent", original: "Rent" },
    { sent: "to", original: "to" },
    { sent: "[word]", original: "Jane" },
    { sent: "[word]", original: "Roe" },
    { sent: "[iban]", original: "DE89 3704 0044 0532 0130 00" },
    { sent: "May", original: "May" },
  ]);
});
