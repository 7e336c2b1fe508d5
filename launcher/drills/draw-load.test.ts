import { expect, it } from "vitest";
import { pictureOf, roundUp } from "./draw-load.ts";
import { sumOf } from "./load-record.ts";

it("draws each value at its second and height", () => {
  const points = [
    [0, 0],
    [5, 50],
    [10, 100],
  ] as const;
  const picture = pictureOf([{ title: "Load", lines: [{ name: "sent", color: "#000", points }] }]);
  expect(picture).toContain('<polyline points="64.0,204.0 387.0,119.0 710.0,34.0"');
  expect(picture).toMatch(/^<svg .*<\/svg>\n$/);
});

it.each([
  [1, 1],
  [1.2, 2],
  [21, 50],
  [700, 1_000],
])("ends an axis for %d at %d", (value, end) => {
  expect(roundUp(value)).toBe(end);
});

it("adds a metric up over its labels", () => {
  const text = 'a_total{reason="limit"} 3\na_total{reason="share"} 4\nab_total 9\nplain 2\n';
  expect(sumOf(text, "a_total")).toBe(7);
  expect(sumOf(text, "plain")).toBe(2);
});
