/** Paths that are computed together; the last block may have fewer. */
export const BLOCK_PATHS = 512;

/** How one step of a path is drawn. */
export type Shocks =
  | {
      readonly kind: "NORMAL";
      /**
       * For each asset the factors of the normal numbers of itself and those before it: the lower triangle of
       * the Cholesky factor of the covariance matrix of a step's log returns, row by row.
       */
      readonly factors: Float64Array;
    }
  | {
      readonly kind: "ROWS";
      /** Log returns of the past, one row a step, one column an asset, row by row. */
      readonly returns: Float64Array;
      /** Mean number of successive rows that are taken together; 1 draws each row by itself. */
      readonly meanBlock: number;
    };

/** What a kernel simulates: a unit of one asset or several, and money that is held in units. */
export interface KernelModel {
  /** A whole number below 2^53. */
  readonly seed: number;
  readonly initialValue: number;
  /** Log return of each asset in a step, besides what is drawn. */
  readonly drifts: Float64Array;
  /** Value of each asset in a unit of 1; adds up to 1. */
  readonly weights: Float64Array;
  /** After how many steps the weights are restored; 0 for never. Of no meaning with one asset. */
  readonly rebalanceEvery: number;
  readonly shocks: Shocks;
}

/**
 * A block of paths that move together. The unit price begins at 1 and is what flows do not change; the value
 * is what is held in units. Arrays have one number a path and are valid until the next call.
 */
export interface SimulationKernel {
  readonly name: "WEBASSEMBLY" | "PLAIN";
  /** Begins `paths` paths, at most `BLOCK_PATHS`, from the number `firstPath`, an even number, on. */
  begin(firstPath: number, paths: number): void;
  /** Moves all paths by some steps. */
  advance(steps: number): void;
  /**
   * Applies flows at the end of step `step`: the value times `factor`, plus `amount`. A value that an amount
   * below zero brings to zero or less is ruined: it stays zero.
   */
  settle(step: number, factor: number, amount: number): void;
  /** Values after the last `settle`. */
  values(): Float64Array;
  /** Unit prices now. */
  unitPrices(): Float64Array;
  /** Deepest fall of the unit price below its highest value before: 0.25 is a quarter. */
  drawdowns(): Float64Array;
  /** The step at which a path was ruined, 0 when it was not. */
  ruinSteps(): Float64Array;
}

/** The rows whose low half begins a new block, as a number of 2^32: a mean of `meanBlock` rows. */
export const restartBelow = (meanBlock: number): number => 0x1_0000_0000 / meanBlock;
