import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addBusinessDays,
  addDays,
  isBusinessDay,
  isDealingDay,
  type Frequency,
} from "./business-days.ts";
import { dateIn, dealingOf, instantOf, type DealingTerms } from "./cut-off.ts";

const terms = (more: Partial<DealingTerms> = {}): DealingTerms => ({
  holidays: [],
  valuationFrequency: "DAILY",
  cutOffTime: "15:00",
  timeZone: "Europe/Luxembourg",
  noticeDays: 0,
  settlementDays: 3,
  ...more,
});

const dealt = (receivedAt: string, more: Partial<DealingTerms> = {}) =>
  dealingOf(terms(more), new Date(receivedAt)).dealingDate;

describe("the dealing date of an order", () => {
  test.each<[string, string, string, Partial<DealingTerms>?]>([
    ["a millisecond before the cut-off in summer", "2026-07-01T12:59:59.999Z", "2026-07-01"],
    ["exactly at the cut-off in summer", "2026-07-01T13:00:00.000Z", "2026-07-02"],
    ["a second before the cut-off in winter", "2026-11-25T13:59:59.000Z", "2026-11-25"],
    ["a second after the cut-off in winter", "2026-11-25T14:00:01.000Z", "2026-11-26"],
    ["the Friday before clocks go back", "2026-10-23T13:00:00.000Z", "2026-10-26"],
    ["the Monday after clocks went back", "2026-10-26T13:30:00.000Z", "2026-10-26"],
    ["the Friday before clocks go forward", "2027-03-26T13:59:59.999Z", "2027-03-26"],
    ["the Monday after clocks went forward", "2027-03-29T13:00:00.000Z", "2027-03-30"],
    ["a Saturday", "2026-07-04T08:00:00.000Z", "2026-07-06"],
    ["a holiday", "2026-12-25T08:00:00.000Z", "2026-12-28", { holidays: ["2026-12-25"] }],
    ["a leap day", "2028-02-29T13:59:59.999Z", "2028-02-29"],
    ["the evening before a leap day", "2028-02-28T20:00:00.000Z", "2028-02-29"],
    [
      "a zone that is a day ahead",
      "2026-07-01T20:00:00.000Z",
      "2026-07-02",
      { timeZone: "Pacific/Auckland" },
    ],
    [
      "a zone that is a day ahead, past its cut-off",
      "2026-07-02T03:00:00.000Z",
      "2026-07-03",
      { timeZone: "Pacific/Auckland" },
    ],
    ["one day of notice", "2026-07-01T12:00:00.000Z", "2026-07-02", { noticeDays: 1 }],
    ["notice over a weekend", "2026-07-03T12:00:00.000Z", "2026-07-07", { noticeDays: 2 }],
    ["a week", "2026-07-01T12:00:00.000Z", "2026-07-03", { valuationFrequency: "WEEKLY" }],
    [
      "the middle of a month on a Sunday",
      "2026-11-12T12:00:00.000Z",
      "2026-11-16",
      { valuationFrequency: "SEMI_MONTHLY" },
    ],
    [
      "the second half of a month",
      "2026-10-15T13:00:00.000Z",
      "2026-10-30",
      { valuationFrequency: "SEMI_MONTHLY" },
    ],
    [
      "the month's last business day past its cut-off",
      "2026-10-30T15:00:00.000Z",
      "2026-11-30",
      { valuationFrequency: "MONTHLY" },
    ],
  ])("received at %s is right", (_what, receivedAt, expected, more) => {
    expect(dealt(receivedAt, more)).toBe(expected);
  });

  test("settles so many business days later", () => {
    const { settlementDate, cutOffAt } = dealingOf(
      terms({ valuationFrequency: "SEMI_MONTHLY" }),
      new Date("2026-10-14T10:00:00.000Z"),
    );
    expect(settlementDate).toBe("2026-10-20");
    expect(cutOffAt.toISOString()).toBe("2026-10-15T13:00:00.000Z");
  });

  test("lies behind the last published one, whenever the order was received", () => {
    const { dealingDate } = dealingOf(terms(), new Date("2026-07-01T08:00:00.000Z"), "2026-07-01");
    expect(dealingDate).toBe("2026-07-02");
  });
});

describe("the instant of a local time", () => {
  test.each([
    ["2026-07-01", "15:00", "Europe/Luxembourg", "2026-07-01T13:00:00.000Z"],
    ["2026-01-02", "15:00:30", "Europe/Luxembourg", "2026-01-02T14:00:30.000Z"],
    ["2026-03-29", "02:30", "Europe/Luxembourg", "2026-03-29T01:30:00.000Z"],
    ["2026-10-25", "02:30", "Europe/Luxembourg", "2026-10-25T00:30:00.000Z"],
    ["2026-07-01", "15:00", "Pacific/Auckland", "2026-07-01T03:00:00.000Z"],
    ["2026-07-01", "15:00", "Asia/Kathmandu", "2026-07-01T09:15:00.000Z"],
    ["2026-11-01", "01:30", "America/New_York", "2026-11-01T05:30:00.000Z"],
  ])("%s %s in %s is %s", (date, time, zone, expected) => {
    expect(instantOf(date, time, zone).toISOString()).toBe(expected);
  });
});

test("a dealing day is a business day behind the receipt, and one millisecond later is never earlier", () => {
  const frequency = fc.constantFrom<Frequency>("DAILY", "WEEKLY", "SEMI_MONTHLY", "MONTHLY");
  const zone = fc.constantFrom("UTC", "Europe/Luxembourg", "America/New_York", "Asia/Tokyo");
  const instant = fc.date({
    min: new Date("2024-01-01T00:00:00Z"),
    max: new Date("2029-01-01T00:00:00Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(
      instant,
      frequency,
      zone,
      fc.nat(3),
      (receivedAt, valuationFrequency, timeZone, noticeDays) => {
        const own = terms({ valuationFrequency, timeZone, noticeDays, holidays: ["2026-12-25"] });
        const { dealingDate, cutOffAt } = dealingOf(own, receivedAt);
        expect(isDealingDay(own, valuationFrequency, dealingDate)).toBe(true);
        expect(cutOffAt > receivedAt).toBe(true);
        expect(dateIn(cutOffAt, timeZone)).toBe(addBusinessDays(own, dealingDate, -noticeDays));
        const atCutOff = dealingOf(own, cutOffAt);
        expect(atCutOff.dealingDate > dealingDate).toBe(true);
        const justBefore = dealingOf(own, new Date(cutOffAt.getTime() - 1));
        expect(justBefore.dealingDate).toBe(dealingDate);
      },
    ),
    { numRuns: 60 },
  );
});

test("business days come back when they are taken away again", () => {
  const calendar = { holidays: ["2026-12-25", "2026-12-28"] };
  fc.assert(
    fc.property(fc.nat(800), fc.nat(30), (offset, days) => {
      const start = addDays("2026-01-01", offset);
      fc.pre(isBusinessDay(calendar, start));
      expect(addBusinessDays(calendar, addBusinessDays(calendar, start, days), -days)).toBe(start);
    }),
    { numRuns: 60 },
  );
});
