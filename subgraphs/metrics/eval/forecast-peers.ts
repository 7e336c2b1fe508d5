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
export const readPublicSeries = (): Promise<readonly PublicSeries[] | null> =>
  readFromR("forecast-peers.R", beside("forecast-series.txt"));

/** The same of series drawn from the M1 and M3 competitions, whose files `M1.rda` and `M3.rda` are in a folder. */
export const readCompetitionSeries = (folder: string): Promise<readonly PublicSeries[] | null> =>
  readFromR("competition-peers.R", folder);

async function readFromR(
  script: string,
  argument: string,
): Promise<readonly PublicSeries[] | null> {
  const child = spawn("Rscript", [beside(script), argument], {
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
