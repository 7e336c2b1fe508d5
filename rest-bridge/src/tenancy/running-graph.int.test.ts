import { afterAll, beforeAll, describe } from "vitest";
import { testParallelChanges } from "./parallel-changes.fixture.ts";
import { startRunningBridge, type RunningBridge } from "./running-graph.fixture.ts";
import { testTenancy } from "./tenancy.fixture.ts";

// Beside much other work each service has a fraction of a processor to load what it runs.
const START_LIMIT_MS = 20 * 60_000;

// One graph for all: to start it costs as much as all that is asked of it.
describe("a bridge in front of the real graph", () => {
  let running: RunningBridge;

  beforeAll(async () => {
    running = await startRunningBridge();
  }, START_LIMIT_MS);
  afterAll(() => running?.close());

  describe("ids of others", () => {
    testTenancy(() => running);
  });
  describe("changes at the same moment", () => {
    testParallelChanges(() => running);
  });
});
