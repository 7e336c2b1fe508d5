import fc from "fast-check";
import { expect, test } from "vitest";
import { dayIn, knownZone, startOfDay } from "./time-zone.ts";

test("finds the day of readers between UTC-11 and UTC+14", () => {
  const noon = Date.parse("2026-11-22T12:00:00Z");
  const evening = Date.parse("2026-11-22T10:30:00Z");
  expect(dayIn("Pacific/Pago_Pago", evening)).toBe("2026-11-21");
  expect(dayIn("Pacific/Kiritimati", evening)).toBe("2026-11-23");
  expect(dayIn("Asia/Jerusalem", noon)).toBe("2026-11-22");
});

test.each([undefined, "", "Nowhere/City", "../../etc/passwd", "x".repeat(80)])(
  "takes %j for UTC",
  (zone) => {
    expect(knownZone(zone)).toBe("UTC");
  },
);

const zone = fc.constantFrom(
  "Pacific/Pago_Pago",
  "Pacific/Kiritimati",
  "America/St_Johns",
  "Asia/Kathmandu",
  "Africa/Cairo",
  "America/Sao_Paulo",
  "Europe/Berlin",
  "Australia/Lord_Howe",
);
const day = fc
  .date({ min: new Date("2015-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

test("begins each day at its first instant", () => {
  fc.assert(
    fc.property(zone, day, (name, date) => {
      const start = startOfDay(date, name);
      expect(dayIn(name, start)).toBe(date);
      expect(dayIn(name, start - 1) < date).toBe(true);
    }),
    { numRuns: 60 },
  );
});
