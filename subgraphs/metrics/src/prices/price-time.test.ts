import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { timeReader } from "./price-time.ts";

const MS_PER_DAY = 86_400_000;
const instants = fc.integer({
  min: Date.parse("1900-01-01T00:00:00Z"),
  max: Date.parse("2999-12-31T23:59:59Z"),
});
const pad = (value: number, width = 2) => String(value).padStart(width, "0");

/** Near the hour of autumn that the clock has twice, which names no one instant. */
const isTwice = (ms: number) => [9, 10].includes(new Date(ms).getUTCMonth());

describe("times of a file", () => {
  test("in a fixed layout are those of a layout with parts of any width", () => {
    fc.assert(
      fc.property(instants, fc.constantFrom("Z", "+05:30", "-1100"), (ms, offset) => {
        const at = new Date(ms);
        const date = `${at.getUTCFullYear()}/${pad(at.getUTCMonth() + 1)}/${pad(at.getUTCDate())}`;
        const time = `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`;
        const text = `${date} ${time}.${pad(at.getUTCMilliseconds(), 3)}${offset}`;
        const fixed = timeReader("YYYY/MM/DD HH:mm:ssZ", "UTC").read(text);
        expect(timeReader("YYYY/M/D HH:mm:ssZ", "UTC").read(text)).toEqual(fixed);
        expect(fixed?.text).toBe(new Date(fixed?.ms ?? NaN).toISOString());
      }),
    );
  });

  test("that are hostile are no times in a fixed layout unless they are in the other", () => {
    const characters = ["0", "1", "2", "9", "-", ":", "T", "Z", " ", "+", ".", "/"];
    const texts = fc.string({ unit: fc.constantFrom(...characters), maxLength: 30 });
    fc.assert(
      fc.property(texts, (text) => {
        const fixed = timeReader("YYYY-MM-DDTHH:mm:ssZ", "UTC").read(text);
        const pattern = timeReader("YYYY-M-DTHH:mm:ssZ", "UTC").read(text);
        return fixed === null || pattern?.ms === fixed.ms;
      }),
    );
    expect(timeReader("YYYY-MM-DD", "UTC").read("")).toBeNull();
  });

  test("of a zone are the instants that its clock shows so", () => {
    const reader = timeReader("YYYY-MM-DD HH:mm:ss", "America/New_York");
    const clock = new Intl.DateTimeFormat("sv-SE", {
      timeZone: "America/New_York",
      dateStyle: "short",
      timeStyle: "medium",
    });
    const recent = fc.integer({ min: Date.parse("1990-01-01"), max: Date.parse("2030-01-01") });
    fc.assert(
      fc.property(recent, (raw) => {
        const ms = raw - (raw % 1_000);
        const read = reader.read(clock.format(ms));
        return read === null ? isTwice(ms) : read.ms === ms;
      }),
    );
    expect(reader.read("2024-06-01 12:00:00")?.ms).toBe(Date.parse("2024-06-01T16:00:00Z"));
  });

  test.each([
    ["2024-03-10 02:30:00", null],
    ["2024-11-03 01:30:00", null],
    ["2024-03-10 01:59:59", "2024-03-10T06:59:59.000Z"],
    ["2024-03-10 03:00:00", "2024-03-10T07:00:00.000Z"],
    ["2024-11-03 02:00:00", "2024-11-03T07:00:00.000Z"],
  ])("%s in New York is %s", (text, expected) => {
    const reader = timeReader("YYYY-MM-DD HH:mm:ss", "America/New_York");
    expect(reader.read(text)?.text ?? null).toBe(expected);
  });

  test.each([
    ["X", "86400", "1970-01-02T00:00:00.000Z"],
    ["x", "1700000000123", "2023-11-14T22:13:20.123Z"],
    ["x", "1e3", null],
    ["X", "99999999999999", null],
    ["YYYY-MM-DDTHH:mm:ssZ", "2024-01-01T00:00:00.1234Z", null],
    ["YYYY-MM-DDTHH:mm:ssZ", "2024-01-01T00:00:00.1230Z", "2024-01-01T00:00:00.1230Z"],
    ["YYYY-MM-DDTHH:mm:ssZ", "2024-01-01T24:00:00Z", null],
    ["YYYY-MM-DDTHH:mm:ssZ", "1899-12-31T00:00:00Z", null],
    ["YYYYMMDDHHmm", "202402291530", "2024-02-29T15:30:00.000Z"],
  ])("%s reads %s as %s", (format, text, expected) => {
    expect(timeReader(format, "UTC").read(text)?.text ?? null).toBe(expected);
  });

  test("of days are read at midnight in UTC", () => {
    expect(timeReader("YYYYMMDD", "Asia/Tokyo").read("19700102")).toEqual({
      text: "1970-01-02",
      ms: MS_PER_DAY,
    });
  });
});
