import { browserPath, explainSkip } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe } from "vitest";
import { startApp, type App } from "../app.ts";
import { EVERY_PAGE } from "../filled-books.ts";
import { testLongWords } from "../long-words.ts";

explainSkip();

describe.skipIf(!browserPath)("pages on a phone", () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app?.stop());

  testLongWords(() => app, EVERY_PAGE);
});
