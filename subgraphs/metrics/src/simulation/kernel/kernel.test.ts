import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KernelModel, Shocks, SimulationKernel } from "./kernel.ts";
import { PlainKernel } from "./plain-kernel.ts";
import { createWasmKernel } from "./wasm-kernel.ts";

function wasmKernel(model: KernelModel): SimulationKernel {
  const kernel = createWasmKernel(model);
  if (kernel === undefined) throw new Error("this engine has no WebAssembly with SIMD");
  return kernel;
}

interface Walk {
  readonly model: KernelModel;
  readonly firstPath: number;
  readonly paths: number;
  readonly segments: readonly {
    readonly steps: number;
    readonly factor: number;
    readonly amount: number;
  }[];
}

/** Everything that a kernel gives out after each settlement, as the bits of its numbers. */
function bitsOf(kernel: SimulationKernel, { firstPath, paths, segments }: Walk): string {
  const found: bigint[] = [];
  kernel.begin(firstPath, paths);
  let step = 0;
  for (const { steps, factor, amount } of segments) {
    kernel.advance(steps);
    step += steps;
    kernel.settle(step, factor, amount);
    const all = [kernel.values(), kernel.unitPrices(), kernel.drawdowns(), kernel.ruinSteps()];
    for (const array of all) found.push(...new BigUint64Array(array.slice().buffer));
  }
  return found.join();
}

const number = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true });

const numbers = (length: number, min: number, max: number): fc.Arbitrary<Float64Array> =>
  fc
    .array(number(min, max), { minLength: length, maxLength: length })
    .map((values) => Float64Array.from(values));

const shocksOf = (assets: number): fc.Arbitrary<Shocks> =>
  fc.oneof(
    numbers((assets * (assets + 1)) / 2, -0.1, 0.1).map((factors) => ({
      kind: "NORMAL" as const,
      factors,
    })),
    fc.tuple(fc.integer({ min: 1, max: 40 }), number(1, 12)).chain(([rows, meanBlock]) =>
      numbers(rows * assets, -0.2, 0.2).map((returns) => ({
        kind: "ROWS" as const,
        returns,
        meanBlock,
      })),
    ),
  );

const models: fc.Arbitrary<KernelModel> = fc.integer({ min: 1, max: 4 }).chain((assets) =>
  fc.record({
    seed: fc.maxSafeNat(),
    initialValue: number(0, 1e6),
    drifts: numbers(assets, -0.01, 0.01),
    weights: numbers(assets, 0.01, 1),
    rebalanceEvery: fc.nat({ max: 3 }),
    shocks: shocksOf(assets),
  }),
);

const walks: fc.Arbitrary<Walk> = fc.record({
  model: models,
  firstPath: fc.nat({ max: 1_000_000 }).map((path) => 2 * path),
  paths: fc.integer({ min: 1, max: 9 }),
  segments: fc.array(
    fc.record({
      steps: fc.integer({ min: 1, max: 40 }),
      factor: number(0.5, 1),
      amount: number(-1e5, 1e5),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

describe("the WebAssembly kernel", () => {
  it("gives the same bytes as the plain one", () => {
    fc.assert(
      fc.property(walks, (walk) => {
        expect(bitsOf(wasmKernel(walk.model), walk)).toBe(
          bitsOf(new PlainKernel(walk.model), walk),
        );
      }),
    );
  });

  it("gives the same bytes as the plain one over many draws, tails among them", () => {
    const model: KernelModel = {
      seed: 77,
      initialValue: 1000,
      drifts: Float64Array.of(0.0003),
      weights: Float64Array.of(1),
      rebalanceEvery: 0,
      shocks: { kind: "NORMAL", factors: Float64Array.of(0.01) },
    };
    const walk: Walk = {
      model,
      firstPath: 1024,
      paths: 511,
      segments: [{ steps: 700, factor: 1, amount: -1 }],
    };
    expect(bitsOf(wasmKernel(model), walk)).toBe(bitsOf(new PlainKernel(model), walk));
  });
});

describe("a path", () => {
  const model: KernelModel = {
    seed: 5,
    initialValue: 100,
    drifts: Float64Array.of(0.001, 0),
    weights: Float64Array.of(0.5, 0.5),
    rebalanceEvery: 2,
    shocks: { kind: "NORMAL", factors: Float64Array.of(0.02, 0.01, 0.03) },
  };
  const valuesFrom = (firstPath: number, paths: number): number[] => {
    const kernel = wasmKernel(model);
    kernel.begin(firstPath, paths);
    kernel.advance(10);
    kernel.settle(10, 1, 0);
    return [...kernel.values()];
  };

  it("is the same whichever block it is in", () => {
    expect(valuesFrom(6, 4)).toEqual(valuesFrom(0, 512).slice(6, 10));
  });

  it("is the same when the kernel was used before", () => {
    const kernel = wasmKernel(model);
    const run = (): number[] => {
      kernel.begin(0, 8);
      kernel.advance(7);
      kernel.settle(7, 1, -3);
      return [...kernel.values(), ...kernel.drawdowns()];
    };
    expect(run()).toEqual(run());
  });
});
