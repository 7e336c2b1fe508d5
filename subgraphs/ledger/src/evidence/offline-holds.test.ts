import { describe, expect, test } from "vitest";
import {
  BANK,
  CAPITAL,
  T2,
  T3,
  H1,
  onBank,
  paidIn,
  paidOut,
  reason,
  hold,
  capture,
  captured,
  foundIn,
  type Case,
} from "./offline-forged.fixture.ts";
import type { LogWriter } from "./offline-log.fixture.ts";

const LATER = "2026-06-30T13:00:00.000Z";

/** A hold of 60.00 that ends an hour later, and then the given time. */
function holdUntil(log: LogWriter, now: string): LogWriter {
  log.now = "2026-06-30T12:00:01.000Z";
  log.add("HoldPlaced", hold("60.00", { expiresAt: LATER }));
  log.now = now;
  return log;
}

const HOLDS: Case[] = [
  ["a hold of more than is available", "HOLD 7", (log) => log.add("HoldPlaced", hold("100.01"))],
  ["a hold of nothing", "HOLD 7", (log) => log.add("HoldPlaced", hold("0.00"))],
  [
    "a hold on a frozen account",
    "ACCOUNT 8",
    (log) => log.add("AccountFrozen", { accountId: BANK, reason }).add("HoldPlaced", hold("1.00")),
  ],
  [
    "a hold placed twice",
    "HOLD 8",
    (log) => log.add("HoldPlaced", hold("1.00")).add("HoldPlaced", hold("1.00")),
  ],
  [
    "a hold captured beyond what it reserves",
    "HOLD 8",
    (log) =>
      log
        .add("HoldPlaced", hold("60.00"))
        .add("HoldCaptured", capture(T2, "60.01", "-0.01"))
        .post(T2, paidOut("60.01"), captured),
  ],
  [
    "a capture that leaves another rest",
    "HOLD 8",
    (log) =>
      log
        .add("HoldPlaced", hold("60.00"))
        .add("HoldCaptured", capture(T2, "20.00", "41.00"))
        .post(T2, paidOut("20.00"), captured),
  ],
  [
    "a capture that posts another amount",
    "HOLD 9",
    (log) => {
      log.add("HoldPlaced", hold("60.00")).add("HoldCaptured", capture(T2, "20.00", "40.00"));
      log.post(T2, paidOut("21.00"), captured);
    },
  ],
  [
    "a capture that posts another transaction",
    "HOLD 9",
    (log) => {
      log.add("HoldPlaced", hold("60.00")).add("HoldCaptured", capture(T2, "20.00", "40.00"));
      log.post(T3, paidOut("20.00"), captured);
    },
  ],
  [
    "a capture without a posting, at the end",
    "HOLD 8",
    (log) =>
      log.add("HoldPlaced", hold("60.00")).add("HoldCaptured", capture(T2, "20.00", "40.00")),
  ],
  [
    "a posting of a capture that never was",
    "HOLD 8",
    (log) => log.add("HoldPlaced", hold("60.00")).post(T2, paidOut("20.00"), captured),
  ],
  [
    "a hold used after it was voided",
    "HOLD 9",
    (log) => {
      const released = { ...onBank, holdId: H1, released: "60.00" };
      log.add("HoldPlaced", hold("60.00")).add("HoldVoided", { ...released, reason: null });
      log.add("HoldVoided", { ...released, reason: null });
    },
  ],
  [
    "a hold that expires when it is due",
    "sound",
    (log) => holdUntil(log, LATER).add("HoldExpired", { ...onBank, holdId: H1, released: "60.00" }),
  ],
  [
    "a hold that expires too early",
    "HOLD 8",
    (log) =>
      holdUntil(log, "2026-06-30T12:59:59.999Z").add("HoldExpired", {
        ...onBank,
        holdId: H1,
        released: "60.00",
      }),
  ],
  [
    "a hold captured when it was over",
    "HOLD 8",
    (log) =>
      holdUntil(log, LATER)
        .add("HoldCaptured", capture(T2, "1.00", "59.00"))
        .post(T2, paidOut("1.00"), captured),
  ],
  [
    "a hold captured by a clock that lags behind the last event",
    "sound",
    (log) => {
      holdUntil(log, LATER).post(T3, paidIn("1.00"));
      log.add("HoldCaptured", capture(T2, "1.00", "59.00")).post(T2, paidOut("1.00"), captured);
    },
  ],
  [
    "a hold for the account it is on",
    "HOLD 7",
    (log) => log.add("HoldPlaced", hold("1.00", { contraAccountId: BANK })),
  ],
  [
    "a hold that was over before it began",
    "HOLD 7",
    (log) => {
      log.now = LATER;
      log.add("HoldPlaced", hold("1.00", { expiresAt: LATER }));
    },
  ],
  [
    "a hold voided on another account",
    "HOLD 8",
    (log) => {
      log.add("HoldPlaced", hold("60.00"));
      log.add("HoldVoided", {
        holdId: H1,
        accountId: CAPITAL,
        currency: "EUR",
        released: "60.00",
        reason: null,
      });
    },
  ],
  [
    "a hold that releases another rest",
    "HOLD 8",
    (log) => {
      log.add("HoldPlaced", hold("60.00"));
      log.add("HoldVoided", { ...onBank, holdId: H1, released: "59.99", reason: null });
    },
  ],
];

describe.each([["holds", HOLDS]])("forged %s", (_of, cases) => {
  test.each(cases)("%s: %s", (_what, found, write) => {
    expect(foundIn(write)).toBe(found);
  });
});
