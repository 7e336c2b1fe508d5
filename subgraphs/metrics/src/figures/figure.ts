import type { FigureSample } from "./figure-sample.ts";

/** What a figure takes besides the series; rates are yearly ratios. */
export interface FigureArguments {
  readonly riskFreeRate: number;
  /** Return that counts as none; the risk-free rate when it is null. */
  readonly targetReturn: number | null;
  /** Share of periods whose loss a value at risk covers. */
  readonly level: number;
  /** Returns of the window that a back-test or a rolling figure looks back on. */
  readonly window: number;
}
type FigureArgument = keyof FigureArguments | "benchmark";

/** What a figure was computed from besides the series, by name. */
export type FigureInputs = Readonly<Record<string, string | number>>;

/** A figure with inputs of its own, or the reason why there is none. */
export type FigureOutcome = number | string | { value: number; inputs: FigureInputs };

/** How a figure is described to readers of the schema, of docs/metrics.md and of every answer. */
export interface FigureText {
  /** Its name in texts and in REST. */
  readonly name: string;
  readonly title: string;
  /** The definition in words with its source: the method of every answer. */
  readonly formula: string;
  readonly arguments: readonly FigureArgument[];
  /** The case of `figure-references.fixture.ts` that checks it a second way. */
  readonly reference: string;
}

/**
 * One row of the table of figures. `uses` is what it needs: PRICES nothing else, RETURNS a
 * frequency that annualises and shows the gaps, PAIRED_RETURNS a benchmark as well.
 */
export interface FigureDefinition extends FigureText {
  readonly uses: "PRICES" | "RETURNS" | "PAIRED_RETURNS";
  /** Returns the figure needs; ONE_YEAR as many as the frequency has in a year. */
  readonly minimumReturns: number | "ONE_YEAR";
  readonly compute: (sample: FigureSample, given: FigureArguments) => FigureOutcome;
}

/** Rows by their value of the enum. */
export type FigureTable = Readonly<Record<string, FigureDefinition>>;
