import { expect, test } from "vitest";
import { en } from "../language/catalogue/en.ts";
import { translator } from "../language/messages.ts";
import { viewerOf } from "../session/viewer.ts";
import { KeySequence, shortcutsOf, type Shortcut } from "./shortcuts.ts";

const viewer = (...scopes: string[]) =>
  viewerOf({ subject: "a", name: "A", email: "a@b", roles: [], scopes, acr: undefined });
const t = translator("en", en);
const all = shortcutsOf(viewer("ledger:write", "audit:read"), "1", t);

/** Presses keys 100 ms apart, or after pauses given as numbers. */
function press(...steps: readonly (string | number)[]): (string | undefined)[] {
  const sequence = new KeySequence();
  let timeStamp = 0;
  return steps.flatMap((step) => {
    timeStamp += typeof step === "number" ? step : 100;
    if (typeof step === "number") return [];
    const code = /^[a-z]$/.test(step) ? `Key${step.toUpperCase()}` : "";
    return [sequence.press({ key: step, code, timeStamp }, all)?.name];
  });
}

test("completes one key at once and two in time", () => {
  expect(press("n")).toEqual(["Post a transaction"]);
  expect(press("g", "t")).toEqual([undefined, "Transactions"]);
  expect(press("g", 2_000, "t")).toEqual([undefined, undefined]);
  expect(press("g", 2_000, "n")).toEqual([undefined, "Post a transaction"]);
});

test("begins anew with a key that does not go on", () => {
  expect(press("g", "g", "h")).toEqual([undefined, undefined, "Home"]);
  expect(press("g", "n")).toEqual([undefined, "Post a transaction"]);
  expect(press("g", "x", "t")).toEqual([undefined, undefined, undefined]);
});

test("takes the place of a key where the keyboard has no Latin keys", () => {
  const sequence = new KeySequence();
  const keys = [
    { key: "ע", code: "KeyG", timeStamp: 1 },
    { key: "א", code: "KeyT", timeStamp: 2 },
  ];
  expect(keys.map((key) => sequence.press(key, all)?.name)).toEqual([undefined, "Transactions"]);
});

const begins = (one: Shortcut, other: Shortcut) =>
  one !== other && one.keys.every((key, at) => other.keys[at] === key);

test("has no two shortcuts of which one hides the other, and offers what the reader may do", () => {
  expect(all.filter((one) => all.some((other) => begins(one, other)))).toEqual([]);
  const names = shortcutsOf(viewer("ledger:read"), undefined, t).map(({ name }) => name);
  expect(names).toEqual([
    "Search on this page, or everywhere",
    "These shortcuts",
    "Hide or show amounts",
    "Home",
  ]);
});
