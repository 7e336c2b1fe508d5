import { afterAll, beforeAll } from "vitest";
import { testRecovery } from "./recovery.ts";
import { testRestoredLedger } from "./restored-ledger.ts";
import { RunningSystem } from "./running-system.ts";

const PARTS = [
  "subgraphs/ledger",
  "subgraphs/metrics",
  "subgraphs/analytics",
  "identity",
  "postgres",
];

let system: RunningSystem;

beforeAll(async () => {
  system = await RunningSystem.start();
});
afterAll(() => system.remove());

testRecovery(() => system, PARTS);
testRestoredLedger(() => system);
