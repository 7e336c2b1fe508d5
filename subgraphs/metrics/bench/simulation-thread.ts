import { parentPort } from "node:worker_threads";
import {
  simulatePaths,
  type PathResults,
  type PathsRequest,
} from "../src/simulation/simulate-paths.ts";

/** A range of paths for a thread. */
export interface ThreadWork {
  readonly request: PathsRequest;
  readonly results: PathResults;
  readonly from: number;
  readonly to: number;
}

const port = parentPort;
if (port === null) throw new Error("this file is the entry of a thread");
port.on("message", ({ request, results, from, to }: ThreadWork) => {
  simulatePaths(request, { from, to }, results, () => undefined);
  port.postMessage("done", []);
});
