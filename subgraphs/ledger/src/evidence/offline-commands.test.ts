import { expect, test } from "vitest";
import {
  FRESH,
  T2,
  T3,
  paidIn,
  reason,
  limit,
  foundIn,
  type Case,
} from "./offline-forged.fixture.ts";

const COMMANDS: Case[] = [
  [
    "a command key used twice",
    "COMMAND 8",
    (log) => {
      log.keyed(() => log.post(T2, paidIn("1.00"))).keyed(() => log.post(T3, paidIn("1.00")));
      const [before, last] = log.events.slice(-2);
      if (before === undefined || last === undefined) throw new Error("there should be two");
      log.events[7] = { ...last, commandKey: before.commandKey };
    },
  ],
  [
    "a command of two postings",
    "COMMAND 8",
    (log) => log.keyed(() => log.post(T2, paidIn("1.00")).post(T3, paidIn("1.00"))),
  ],
  [
    "a command that another goes on with",
    "COMMAND 8",
    (log) =>
      log.keyed(() => {
        log.openAccount(FRESH, "INCOME").actor = "bob";
        log.post(T2, paidIn("1.00"));
      }),
  ],
  [
    "a command whose last event is missing",
    "COMMAND 7",
    (log) => {
      log.keyed(() => log.openAccount(FRESH, "INCOME").post(T2, paidIn("1.00")));
      log.events.pop();
    },
  ],
  [
    "an account opened with the posting that needs it",
    "sound",
    (log) => log.keyed(() => log.openAccount(FRESH, "INCOME").post(T2, paidIn("1.00"))),
  ],
  [
    "a command that leads to nothing",
    "COMMAND 7",
    (log) =>
      log.add(
        "AccountFrozen",
        { accountId: FRESH, reason },
        { commandKey: FRESH, requestHash: "ab".repeat(32), commandEvents: 0 },
      ),
  ],
  [
    "half the mark of a command",
    "COMMAND 8",
    (log) =>
      log
        .openAccount(FRESH, "INCOME")
        .add("AccountFrozen", { accountId: FRESH, reason }, { commandKey: T2 }),
  ],
  [
    "an approval counted without its posting",
    "APPROVAL 9",
    (log) => {
      limit(log, "50.00").propose(T2, paidIn("60.00"), "50.00").actor = "bob";
      log.keyed(() => log.approve(T2)).post(T2, paidIn("60.00"), { description: "A proposal" });
    },
  ],
];

test.each(COMMANDS)("%s: %s", (_what, found, write) => {
  expect(foundIn(write)).toBe(found);
});
