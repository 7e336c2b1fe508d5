import { describe, expect, test } from "vitest";
import { MetricName, numberMetric, selectMetrics } from "./metric.ts";

const metric = (name: MetricName) =>
  numberMetric({ name, asOf: "2026-01-01", method: "Counted." }, "COUNT", 1);
const available = [metric("cash"), metric("inflow30d"), metric("outflow30d")];

const namesOf = (...selection: Parameters<typeof selectMetrics>[1][]) =>
  selection.map((each) => selectMetrics(available, each).map(({ name }) => name));

describe("selecting metrics", () => {
  test("gives all of them when nothing is selected", () => {
    const all = ["cash", "inflow30d", "outflow30d"];
    expect(namesOf({}, { metrics: null, names: null })).toEqual([all, all]);
  });

  test("gives them in the order of the selection", () => {
    const { OUTFLOW_30D, CASH } = MetricName;
    expect(namesOf({ metrics: [OUTFLOW_30D, CASH] }, { names: ["outflow30d", "cash"] })).toEqual([
      ["outflow30d", "cash"],
      ["outflow30d", "cash"],
    ]);
    expect(namesOf({ metrics: [] })).toEqual([[]]);
  });

  test.each([
    ["a metric the subject does not have", { metrics: [MetricName.SHARPE] }, "metrics"],
    ["a name that does not exist", { names: ["nothing"] }, "names"],
    ["metrics and names together", { metrics: [MetricName.CASH], names: ["cash"] }, "names"],
  ])("refuses %s", (_name, selection, path) => {
    expect(() => selectMetrics(available, selection)).toThrow(
      expect.objectContaining({
        code: "INVALID_INPUT",
        violations: [expect.objectContaining({ path })],
      }),
    );
  });
});
