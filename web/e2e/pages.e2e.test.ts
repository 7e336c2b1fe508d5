import { browserPath, explainSkip } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe } from "vitest";
import { testAdministration } from "./administration.ts";
import { startApp, type App } from "./app.ts";
import { testBookkeeping } from "./bookkeeping.ts";
import { testCategories } from "./categories.ts";
import { testDashboard } from "./dashboard.ts";
import { testOffline } from "./offline.ts";
import { testSettings } from "./settings.ts";
import { testSetUp } from "./set-up.ts";
import { testSimulations } from "./simulations.ts";
import { testStatements } from "./statements.ts";
import { testTransactions } from "./transactions.ts";
import { testTrust } from "./trust.ts";

explainSkip();

// One server and one browser for all: to start them costs more than most tests.
describe.skipIf(!browserPath)("the pages of a signed-in user", () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app?.stop());

  testDashboard(() => app);
  testCategories(() => app);
  testStatements(() => app);
  testAdministration(() => app);
  testTransactions(() => app);
  testBookkeeping(() => app);
  testSimulations(() => app);
  testSettings(() => app);
  testSetUp(() => app);
  testOffline(() => app);
  testTrust(() => app);
});
