import { expect, it } from "vitest";
import { readIndicators } from "./indicator-request.ts";

it("reads names, parameters of every kind, and commas within parentheses", () => {
  expect(
    readIndicators(
      "SMA(period=20),MACDEXT(fastPeriod=5,fastAverage=KAMA),OBV,T3(volumeFactor=0.5)",
    ),
  ).toEqual([
    { kind: "SMA", parameters: { period: 20 } },
    { kind: "MACDEXT", parameters: { fastPeriod: 5, fastAverage: "KAMA" } },
    { kind: "OBV", parameters: {} },
    { kind: "T3", parameters: { volumeFactor: 0.5 } },
  ]);
  const id = "018f6b7e-0000-7000-8000-000000001001";
  expect(readIndicators(`MAVP(periodsInstrumentId=${id},maximumPeriod=9)`)).toEqual([
    { kind: "MAVP", parameters: { periodsInstrumentId: id, maximumPeriod: 9 } },
  ]);
  expect(readIndicators("VWAP(anchor=DAY)")).toEqual([
    { kind: "VWAP", parameters: { anchor: "DAY" } },
  ]);
});

it.each([
  ["", "is no indicator"],
  ["sma", "is no indicator"],
  ["SMA(period=20", "is no indicator"],
  ["SMA(period)", "is no parameter"],
  ["SMA(length=20)", "is no parameter"],
  ["SMA(period=twenty)", "period must not be"],
  ["SMA(period=1.5)", "period must not be"],
  ["SMA(period=20,period=30)", "more than once"],
  ["MAVP(periodsInstrumentId=SPX)", "periodsInstrumentId must not be"],
  ["MA(average=MEDIAN)", "average must not be"],
  ["OBV,".repeat(10) + "OBV", "1 to 10"],
])("refuses %s", (text, reason) => {
  expect(() => readIndicators(text)).toThrow(reason);
});
