import { EXP_CONSTANTS } from "./elementary.ts";
import { SIMULATION_WASM } from "./simulation-wasm.generated.ts";
import { BLOCK_PATHS, restartBelow, type KernelModel, type SimulationKernel } from "./kernel.ts";
import { ACCEPTED, DENSITIES, WIDTHS } from "./ziggurat.ts";

// Addresses of what the kernel expects at fixed places; the same are in assembly/layout.ts.
const WIDTHS_AT = 0;
const ACCEPTED_AT = 4112;
const DENSITIES_AT = 8208;
const CONSTANTS_AT = 12_320;
const EXP_AT = 12_368;
const FREE = 24_576;

const PAGE_BYTES = 65_536;
const STATE_BYTES = 32;

/** What assembly/simulation.ts exports. Addresses are bytes. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  seedPaths(rng: number, pairs: number, firstPath: number, low: number, high: number): void;
  setRows(address: number, rows: number, restartBelow: number): void;
  setAssets(
    assets: number,
    drifts: number,
    factors: number,
    weights: number,
    rebalanceEvery: number,
  ): void;
  walk(
    pairs: number,
    steps: number,
    drift: number,
    scale: number,
    rng: number,
    position: number,
    price: number,
    peak: number,
    fall: number,
  ): void;
  walkAssets(
    pairs: number,
    steps: number,
    stepsBefore: number,
    rng: number,
    position: number,
    holdings: number,
    price: number,
    peak: number,
    fall: number,
  ): void;
  settle(
    pairs: number,
    step: number,
    isLog: boolean,
    factor: number,
    amount: number,
    price: number,
    mark: number,
    value: number,
    ruin: number,
  ): void;
  writePrices(pairs: number, price: number, out: number): void;
  writeDrawdowns(pairs: number, fall: number, out: number): void;
}

let compiled: WebAssembly.Module | null | undefined;

/** The compiled module; null where the engine has no SIMD. */
function simulationModule(): WebAssembly.Module | null {
  if (compiled !== undefined) return compiled;
  const bytes = Buffer.from(SIMULATION_WASM, "base64");
  compiled = WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  return compiled;
}

/** The kernel in WebAssembly with SIMD, two paths at a time; undefined where the engine has no SIMD. */
export function createWasmKernel(model: KernelModel): SimulationKernel | undefined {
  const module = simulationModule();
  return module === null ? undefined : new WasmKernel(model, module);
}

/** Gives out the memory of a module, from the first free address on. */
class Layout {
  #end = FREE;

  take(bytes: number): number {
    const address = this.#end;
    this.#end += Math.ceil(bytes / 16) * 16;
    return address;
  }

  grow(memory: WebAssembly.Memory): void {
    const missing = Math.ceil(this.#end / PAGE_BYTES) - memory.buffer.byteLength / PAGE_BYTES;
    if (missing > 0) memory.grow(missing);
  }
}

class WasmKernel implements SimulationKernel {
  readonly name = "WEBASSEMBLY";
  readonly #model: KernelModel;
  readonly #exports: Exports;
  readonly #assets: number;
  readonly #at: ReturnType<typeof placeArrays>;
  #paths = 0;
  #step = 0;

  constructor(model: KernelModel, module: WebAssembly.Module) {
    this.#model = model;
    this.#assets = model.weights.length;
    this.#exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    const layout = new Layout();
    this.#at = placeArrays(model, layout);
    layout.grow(this.#exports.memory);
    this.#writeTables();
    this.#writeModel();
  }

  begin(firstPath: number, paths: number): void {
    const { seed, initialValue, weights } = this.#model;
    const { rng, rows, price, peak, fall, mark, value, ruin, holdings } = this.#at;
    const start = this.#assets === 1 ? 0 : 1;
    this.#paths = paths;
    this.#step = 0;
    const high = Math.floor(seed / 0x1_0000_0000);
    this.#exports.seedPaths(rng, this.#pairs, firstPath, seed >>> 0, high);
    new Int32Array(this.#exports.memory.buffer, rows, BLOCK_PATHS).fill(-1);
    for (const address of [price, peak, fall, mark]) this.#doubles(address).fill(start);
    this.#doubles(value).fill(initialValue);
    this.#doubles(ruin).fill(0);
    if (this.#assets === 1) return;
    // Two paths side by side for each asset.
    const held = this.#doubles(holdings, BLOCK_PATHS * this.#assets);
    const pair = Float64Array.from(
      { length: 2 * this.#assets },
      (_, index) => weights[index >> 1] ?? 0,
    );
    for (let at = 0; at < held.length; at += pair.length) held.set(pair, at);
  }

  advance(steps: number): void {
    const { shocks, drifts } = this.#model;
    const { rng, rows, price, peak, fall, holdings } = this.#at;
    if (this.#assets === 1) {
      const scale = shocks.kind === "NORMAL" ? (shocks.factors[0] ?? 0) : 1;
      const drift = drifts[0] ?? 0;
      this.#exports.walk(this.#pairs, steps, drift, scale, rng, rows, price, peak, fall);
    } else {
      this.#exports.walkAssets(
        this.#pairs,
        steps,
        this.#step,
        rng,
        rows,
        holdings,
        price,
        peak,
        fall,
      );
    }
    this.#step += steps;
  }

  settle(step: number, factor: number, amount: number): void {
    const { price, mark, value, ruin } = this.#at;
    const isLog = this.#assets === 1;
    this.#exports.settle(this.#pairs, step, isLog, factor, amount, price, mark, value, ruin);
  }

  values(): Float64Array {
    return this.#doubles(this.#at.value, this.#paths);
  }

  unitPrices(): Float64Array {
    const { price, shown } = this.#at;
    if (this.#assets > 1) return this.#doubles(price, this.#paths);
    this.#exports.writePrices(this.#pairs, price, shown);
    return this.#doubles(shown, this.#paths);
  }

  drawdowns(): Float64Array {
    const { fall, shownFall } = this.#at;
    if (this.#assets > 1) return this.#doubles(fall, this.#paths).map((lowest) => 1 - lowest);
    this.#exports.writeDrawdowns(this.#pairs, fall, shownFall);
    return this.#doubles(shownFall, this.#paths);
  }

  ruinSteps(): Float64Array {
    return this.#doubles(this.#at.ruin, this.#paths);
  }

  get #pairs(): number {
    return Math.ceil(this.#paths / 2);
  }

  #doubles(address: number, length = BLOCK_PATHS): Float64Array {
    return new Float64Array(this.#exports.memory.buffer, address, length);
  }

  #writeTables(): void {
    this.#doubles(WIDTHS_AT, WIDTHS.length).set(WIDTHS);
    this.#doubles(ACCEPTED_AT, ACCEPTED.length).set(ACCEPTED);
    this.#doubles(DENSITIES_AT, DENSITIES.length).set(DENSITIES);
    this.#doubles(CONSTANTS_AT, 2).fill(3);
    const bits = new BigUint64Array(this.#exports.memory.buffer, CONSTANTS_AT + 16, 4);
    bits.set([0x4000000000000000n, 0x4000000000000000n, (1n << 63n) - 1n, (1n << 63n) - 1n]);
    this.#writeExpConstants();
  }

  #writeExpConstants(): void {
    const { bounds, bias, terms } = EXP_CONSTANTS;
    const first = eachTwice(bounds);
    this.#doubles(EXP_AT, first.length).set(first);
    const biasAt = EXP_AT + 8 * first.length;
    new BigUint64Array(this.#exports.memory.buffer, biasAt, 2).fill(bias);
    this.#doubles(biasAt + 16, 2 * terms.length).set(eachTwice(terms));
  }

  #writeModel(): void {
    const { shocks, drifts, weights, rebalanceEvery } = this.#model;
    const at = this.#at;
    this.#doubles(at.drifts, drifts.length).set(drifts);
    this.#doubles(at.weights, weights.length).set(weights);
    if (shocks.kind === "NORMAL") {
      this.#doubles(at.shocks, shocks.factors.length).set(shocks.factors);
      this.#exports.setRows(0, 0, 0);
    } else {
      const { returns, meanBlock } = shocks;
      this.#doubles(at.shocks, returns.length).set(returns);
      this.#exports.setRows(at.shocks, returns.length / this.#assets, restartBelow(meanBlock));
    }
    const factors = shocks.kind === "NORMAL" ? at.shocks : 0;
    this.#exports.setAssets(this.#assets, at.drifts, factors, at.weights, rebalanceEvery);
  }
}

const eachTwice = (numbers: readonly number[]): number[] =>
  numbers.flatMap((number) => [number, number]);

/** The address of each array. */
function placeArrays({ shocks, weights }: KernelModel, layout: Layout) {
  const doubles = (count: number): number => layout.take(8 * count);
  const block = (): number => doubles(BLOCK_PATHS);
  return {
    rng: layout.take(STATE_BYTES * BLOCK_PATHS),
    rows: layout.take(4 * BLOCK_PATHS),
    price: block(),
    peak: block(),
    fall: block(),
    mark: block(),
    value: block(),
    ruin: block(),
    shown: block(),
    shownFall: block(),
    holdings: doubles(BLOCK_PATHS * weights.length),
    drifts: doubles(weights.length),
    weights: doubles(weights.length),
    shocks: doubles(shocks.kind === "NORMAL" ? shocks.factors.length : shocks.returns.length),
  };
}
