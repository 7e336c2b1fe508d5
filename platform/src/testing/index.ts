export { createTestDatabase, type TestDatabase } from "./test-database.ts";
export { testContext } from "./test-context.ts";
