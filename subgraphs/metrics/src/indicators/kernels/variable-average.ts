import type { Bars } from "../../series/series.ts";
import { averageWarmUp, createAverage, Skip } from "./averages.ts";
import type { AverageKind } from "./averages.ts";
import { outputAt, Scratch } from "./kernel.ts";
import type { BarKernel, Outputs, ValueKernel } from "./kernel.ts";

/** The average of the period that each bar names; all begin together, as in TA-Lib. */
export class VariableAverage implements BarKernel {
  readonly #averages: readonly ValueKernel[];
  readonly #shortest: number;
  readonly #values = new Scratch();

  constructor(kind: AverageKind, shortest: number, longest: number) {
    this.#shortest = shortest;
    this.#averages = Array.from({ length: longest - shortest + 1 }, (_, index) => {
      const period = shortest + index;
      const later = averageWarmUp(kind, longest) - averageWarmUp(kind, period);
      return new Skip(createAverage(kind, period), later);
    });
  }

  run({ close, periods }: Bars, outputs: Outputs, start: number, end: number): void {
    const output = outputAt(outputs, 0).fill(Number.NaN, start, end);
    const values = this.#values.of(end - start);
    for (const [place, average] of this.#averages.entries()) {
      average.run(close, start, values, 0, end - start);
      for (let index = start; index < end; index++) {
        if (this.#placeOf(periods?.[index]) === place) output[index] = values[index - start]!;
      }
    }
  }

  /** Which average a bar is of; none without a period. */
  #placeOf(period = Number.NaN): number {
    const last = this.#averages.length - 1;
    return Math.min(Math.max(Math.trunc(period) - this.#shortest, 0), last);
  }
}
