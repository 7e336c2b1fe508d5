export { contractionsOf } from "./contractions.ts";
export { browserPath, explainSkip } from "./browser-path.ts";
export { packagesLoadedBy } from "./loaded-packages.ts";
export {
  createTestDatabase,
  serverOffers,
  type DatabaseTemplate,
  type TestDatabase,
} from "./test-database.ts";
export { TraceCollector, type CollectedSpan } from "./trace-collector.ts";
export { randomFrom, rounds, testSeed } from "./seed.ts";
export { storeEffect } from "./store-effect.ts";
export { testContext } from "./test-context.ts";
export { createTestIssuer, type TestIssuer, type TestTokenOptions } from "./test-issuer.ts";
export { unruledFields } from "../graphql/unruled-fields.ts";
export { TEST_AUTHORITY, TEST_CLIENT, TEST_SERVER } from "./test-certificates.ts";
export { startFlakyServer, type Behaviour, type FlakyServer } from "./flaky-server.ts";
export { createTestKey, type TestKey } from "./test-key.ts";
export { reachHosts } from "./reach-hosts.ts";
