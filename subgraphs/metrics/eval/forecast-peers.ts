import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What a program expects of the held-out part, with its intervals and its CPU time. */
export interface MeasuredForecast {
  readonly mean: readonly number[];
  readonly lower80: readonly number[];
  readonly upper80: readonly number[];
  readonly lower95: readonly number[];
  readonly upper95: readonly number[];
  readonly cpuMs: number;
}

/** A public series, cut in the known and the held-out part, with R's forecasts; null where R failed. */
export interface PublicSeries {
  readonly id: string;
  readonly seasonLength: number;
  readonly train: readonly number[];
  readonly test: readonly number[];
  readonly ets: MeasuredForecast | null;
  readonly thetaf: MeasuredForecast | null;
}

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * Reads the public series out of installed R packages and has R forecast them. Null without R or its
 * package forecast: the numbers of GPL packages are not kept in this repository.
 */
export async function readPublicSeries(): Promise<readonly PublicSeries[] | null> {
  const child = spawn("Rscript", [beside("forecast-peers.R"), beside("forecast-series.txt")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = new Promise<number | null>((resolve) => {
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
  const series: PublicSeries[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    series.push(JSON.parse(line) as PublicSeries);
  }
  return (await exit) === 0 ? series : null;
}
