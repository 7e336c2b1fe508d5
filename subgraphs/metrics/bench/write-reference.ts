import { writeFile } from "node:fs/promises";
import { MARKET_NAMES, marketBars } from "../src/indicators/markets.fixture.ts";
import {
  REFERENCE_BARS,
  REFERENCE_CASES,
  REFERENCE_PLACES,
} from "../src/indicators/talib-reference.fixture.ts";
import type { Reference } from "../src/indicators/talib-reference.fixture.ts";
import { talibCall } from "./talib-cases.ts";
import { runTalib } from "./talib-peer.ts";

/** Has TA-Lib compute every case of the reference tests, and keeps its values at some bars. */
const references: Reference[] = [];
for (const market of MARKET_NAMES) {
  const bars = marketBars(market, REFERENCE_BARS);
  const calls = REFERENCE_CASES.flatMap(({ kind, parameters }) => {
    const call = talibCall(kind, parameters);
    return call === undefined ? [] : [{ kind, parameters, call }];
  });
  const peer = await runTalib(
    bars,
    calls.map(({ call }) => call),
    { least: 1, millis: 0 },
  );
  if (peer === undefined) throw new Error("TA-Lib is not installed.");
  for (const [index, { kind, parameters }] of calls.entries()) {
    const outputs = peer.results[index]?.outputs ?? [];
    const values = outputs.map((output) =>
      REFERENCE_PLACES.map((place) => finiteOrNull(output[place])),
    );
    references.push({ kind, parameters, market, values });
  }
}
const lines = references.map((reference) => JSON.stringify(reference)).join(",\n");
const file = new URL("../src/indicators/talib-reference.fixture.json", import.meta.url);
await writeFile(file, `[\n${lines}\n]\n`);

function finiteOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
