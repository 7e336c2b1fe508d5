import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LongScroll } from "./long-scroll.ts";

const ROW = 56;
const VIEW = 600;

function scrollOf(rows: number): LongScroll {
  const scroll = new LongScroll(ROW);
  scroll.resize(rows, VIEW);
  return scroll;
}

describe("a long list's scroll", () => {
  it("reaches the first and the last row of a million", () => {
    const scroll = scrollOf(1_000_000);
    expect(scroll.height).toBeLessThanOrEqual(8_000_000);
    expect(scroll.visible(0).from).toBe(0);
    scroll.moveTo(scroll.height - VIEW);
    expect(scroll.visible(0).to).toBe(1_000_000);
    scroll.moveTo(0);
    expect(scroll.visible(0).from).toBe(0);
  });

  it("moves by pixels over short ways, wherever the bar was dragged to", () => {
    const scroll = scrollOf(1_000_000);
    scroll.moveTo(4_000_000);
    const { from } = scroll.visible(0);
    expect(from).toBeGreaterThan(450_000);
    scroll.moveTo(4_000_000 + ROW * 2);
    expect(scroll.visible(0).from).toBe(from + 2);
  });

  it("shows any row whole, and draws it inside the view", () => {
    const size = fc.integer({ min: 1, max: 2_000_000 });
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(size, fraction, fc.array(fraction, { maxLength: 5 }), (rows, wanted, jumps) => {
        const scroll = scrollOf(rows);
        for (const jump of jumps) scroll.moveTo(jump * Math.max(0, scroll.height - VIEW));
        const row = Math.floor(wanted * (rows - 1));
        const bar = scroll.show(row);
        const { from, to } = scroll.visible(0);
        expect(from <= row && row < to).toBe(true);
        const place = scroll.placeOf(row) - bar;
        expect(place).toBeGreaterThanOrEqual(-0.001);
        expect(place + ROW).toBeLessThanOrEqual(VIEW + 0.001);
      }),
      { numRuns: 200 },
    );
  });

  it("draws no more rows than a view has, however long the list", () => {
    const scroll = scrollOf(5_000_000);
    for (const bar of [0, 1, 333_333, 7_999_000, 8_000_000 - VIEW]) {
      scroll.moveTo(bar);
      const { from, to } = scroll.visible(10);
      expect(to - from).toBeLessThanOrEqual(VIEW / ROW + 22);
    }
  });
});
