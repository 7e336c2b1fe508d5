import { runInThread } from "./run-in-thread.ts";

const youngMb = Number(process.argv[2]);
const sizeMb = await runInThread<number, never>({
  entry: "./survivors-thread.fixture",
  beside: import.meta.url,
  workerData: undefined,
  signal: new AbortController().signal,
  onReport: () => undefined,
  limits: youngMb === 0 ? {} : { maxYoungGenerationSizeMb: youngMb },
});
process.stdout.write(String(sizeMb));
