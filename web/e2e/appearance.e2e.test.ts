import { browserPath, explainSkip } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe } from "vitest";
import { startApp, type App } from "./app.ts";
import { testEveryPage } from "./every-page.ts";
import { SOME_PAGES, testLongWords } from "./long-words.ts";
import { testExtremes } from "./extremes.ts";
import { testFilters } from "./filters.ts";
import { testSearch } from "./search.ts";
import { testLanguages } from "./language.ts";
import { testMarkets } from "./markets.ts";
import { testReports } from "./reports.ts";

explainSkip();

// What pages look like and read. Beside the file of what is done on them, so that two browsers share the work.
describe.skipIf(!browserPath)("the appearance of pages", () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app?.stop());

  testEveryPage(() => app);
  testLanguages(() => app);
  testMarkets(() => app);
  testReports(() => app);
  testFilters(() => app);
  testSearch(() => app);
  testLongWords(() => app, SOME_PAGES);
  testExtremes(() => app);
});
