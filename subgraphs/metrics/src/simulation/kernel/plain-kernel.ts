import { exp } from "./elementary.ts";
import { BLOCK_PATHS, restartBelow, type KernelModel, type SimulationKernel } from "./kernel.ts";
import { nextNormal, nextWord, seedPath, STATE_WORDS } from "./random.ts";

/** Draws one step of a path into `drawn`, one number an asset. */
type Draw = (path: number, drawn: Float64Array) => void;

/**
 * The kernel in plain TypeScript: where there is no WebAssembly with SIMD, and as what the WebAssembly kernel
 * has to equal bit for bit. Every operation has its equal, in the same order, in assembly/paths.ts.
 */
export class PlainKernel implements SimulationKernel {
  readonly name = "PLAIN";
  readonly #model: KernelModel;
  readonly #assets: number;
  readonly #draw: Draw;
  readonly #state = new Int32Array(BLOCK_PATHS * STATE_WORDS);
  readonly #rows = new Int32Array(BLOCK_PATHS);
  readonly #price = new Float64Array(BLOCK_PATHS);
  readonly #peak = new Float64Array(BLOCK_PATHS);
  readonly #fall = new Float64Array(BLOCK_PATHS);
  readonly #mark = new Float64Array(BLOCK_PATHS);
  readonly #value = new Float64Array(BLOCK_PATHS);
  readonly #ruin = new Float64Array(BLOCK_PATHS);
  readonly #holdings: Float64Array;
  readonly #drawn: Float64Array;
  #paths = 0;
  #step = 0;

  constructor(model: KernelModel) {
    this.#model = model;
    this.#assets = model.weights.length;
    this.#holdings = new Float64Array(BLOCK_PATHS * this.#assets);
    this.#drawn = new Float64Array(this.#assets);
    this.#draw =
      model.shocks.kind === "NORMAL" ? this.#drawNormals() : this.#drawRows(model.shocks);
  }

  begin(firstPath: number, paths: number): void {
    const { seed, initialValue, weights } = this.#model;
    const start = this.#assets === 1 ? 0 : 1;
    this.#paths = paths;
    this.#step = 0;
    this.#rows.fill(-1);
    this.#price.fill(start);
    this.#peak.fill(start);
    this.#fall.fill(start);
    this.#mark.fill(start);
    this.#value.fill(initialValue);
    this.#ruin.fill(0);
    for (let path = 0; path < paths; path++) {
      seedPath(this.#state, path * STATE_WORDS, firstPath + path, seed);
      this.#holdings.set(weights, path * this.#assets);
    }
  }

  advance(steps: number): void {
    for (let path = 0; path < this.#paths; path++) {
      if (this.#assets === 1) this.#walk(path, steps);
      else this.#walkAssets(path, steps);
    }
    this.#step += steps;
  }

  settle(step: number, factor: number, amount: number): void {
    for (let path = 0; path < this.#paths; path++) {
      const x = this.#price[path] ?? 0;
      const before = this.#mark[path] ?? 0;
      const growth = this.#assets === 1 ? exp(x - before) : x / before;
      this.#mark[path] = x;
      const worth = (this.#value[path] ?? 0) * growth * factor + amount;
      let ruinedAt = this.#ruin[path] ?? 0;
      if (amount < 0 && worth <= 0 && !(ruinedAt > 0)) ruinedAt = step;
      this.#ruin[path] = ruinedAt;
      this.#value[path] = ruinedAt > 0 ? 0 : worth;
    }
  }

  values(): Float64Array {
    return this.#value.subarray(0, this.#paths);
  }

  unitPrices(): Float64Array {
    const prices = this.#price.subarray(0, this.#paths);
    return this.#assets === 1 ? prices.map(exp) : prices;
  }

  drawdowns(): Float64Array {
    const falls = this.#fall.subarray(0, this.#paths);
    return falls.map(this.#assets === 1 ? (fall) => 1 - exp(-fall) : (lowest) => 1 - lowest);
  }

  ruinSteps(): Float64Array {
    return this.#ruin.subarray(0, this.#paths);
  }

  #drawNormals(): Draw {
    return (path, drawn) => {
      for (let asset = 0; asset < drawn.length; asset++) {
        drawn[asset] = nextNormal(this.#state, path * STATE_WORDS);
      }
    };
  }

  #drawRows(shocks: { readonly returns: Float64Array; readonly meanBlock: number }): Draw {
    const { returns } = shocks;
    const count = returns.length / this.#assets;
    const restart = restartBelow(shocks.meanBlock);
    return (path, drawn) => {
      const at = path * STATE_WORDS;
      const low = nextWord(this.#state, at) >>> 0;
      const high = nextWord(this.#state, at + 4) >>> 0;
      let row = this.#rows[path] ?? -1;
      if (row < 0 || low < restart) row = Math.floor((high * count) / 0x1_0000_0000);
      else if (++row === count) row = 0;
      this.#rows[path] = row;
      for (let asset = 0; asset < drawn.length; asset++) {
        drawn[asset] = returns[row * drawn.length + asset] ?? 0;
      }
    };
  }

  #walk(path: number, steps: number): void {
    const { shocks, drifts } = this.#model;
    const drift = drifts[0] ?? 0;
    const scale = shocks.kind === "NORMAL" ? (shocks.factors[0] ?? 0) : 1;
    const drawn = this.#drawn;
    let x = this.#price[path] ?? 0;
    let highest = this.#peak[path] ?? 0;
    let deepest = this.#fall[path] ?? 0;
    for (let step = 0; step < steps; step++) {
      this.#draw(path, drawn);
      x += drift + scale * (drawn[0] ?? 0);
      if (x > highest) highest = x;
      const fall = highest - x;
      if (fall > deepest) deepest = fall;
    }
    this.#price[path] = x;
    this.#peak[path] = highest;
    this.#fall[path] = deepest;
  }

  #walkAssets(path: number, steps: number): void {
    const { rebalanceEvery } = this.#model;
    let x = this.#price[path] ?? 0;
    let highest = this.#peak[path] ?? 0;
    let lowest = this.#fall[path] ?? 0;
    for (let step = this.#step + 1; step <= this.#step + steps; step++) {
      this.#draw(path, this.#drawn);
      x = this.#moveAssets(path);
      if (rebalanceEvery > 0 && step % rebalanceEvery === 0) this.#rebalance(path, x);
      if (x > highest) highest = x;
      const share = x / highest;
      if (share < lowest) lowest = share;
    }
    this.#price[path] = x;
    this.#peak[path] = highest;
    this.#fall[path] = lowest;
  }

  #moveAssets(path: number): number {
    const { shocks, drifts } = this.#model;
    const drawn = this.#drawn;
    let total = 0;
    let factor = 0;
    for (let asset = 0; asset < drawn.length; asset++) {
      let move = drifts[asset] ?? 0;
      if (shocks.kind === "ROWS") {
        move += drawn[asset] ?? 0;
      } else {
        for (let other = 0; other <= asset; other++) {
          move += (shocks.factors[factor++] ?? 0) * (drawn[other] ?? 0);
        }
      }
      const at = path * drawn.length + asset;
      const held = (this.#holdings[at] ?? 0) * exp(move);
      this.#holdings[at] = held;
      total += held;
    }
    return total;
  }

  #rebalance(path: number, total: number): void {
    this.#model.weights.forEach((weight, asset) => {
      this.#holdings[path * this.#assets + asset] = weight * total;
    });
  }
}
