import { browserPath, explainSkip } from "@allfunds/platform/testing";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser, showOnFailure } from "../browser.ts";
import { startDemoSystem, type DemoSystem } from "./demo-system.ts";
import { JOBS } from "./jobs.ts";
import { Person } from "./person.ts";

explainSkip();

// One system for all, in order: a later job finds what an earlier one left.
describe.skipIf(!browserPath)("a fund accountant's job on the demo system", () => {
  let demo: DemoSystem | undefined;
  let browser: Browser | undefined;
  const people = new Map<string, Promise<Person>>();
  const errors: string[] = [];

  beforeAll(async () => {
    demo = await startDemoSystem();
    browser = await launchBrowser(browserPath ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  function personOf(role: string): Promise<Person> {
    const present = people.get(role) ?? signIn(role);
    people.set(role, present);
    return present;
  }

  async function signIn(role: string): Promise<Person> {
    if (!demo || !browser) throw new Error("The system has not started.");
    const { users } = await demo.system.demo();
    const user = users.find((candidate) => candidate.role === role);
    if (!user) throw new Error(`The demo has no ${role}.`);
    return Person.signIn(browser, demo.webUrl, user, errors);
  }

  test.each(JOBS.map((job, nth) => ({ ...job, number: nth + 1 })))(
    "job $number: $name, in at most $clicks clicks",
    async ({ number, name, as, clicks, prepare, doIt }) => {
      if (!demo) throw new Error("The system has not started.");
      const person = await personOf(as);
      showOnFailure(person.page);
      const prepared = (await prepare?.(demo.system)) ?? "";
      await person.begin();
      await doIt(person, prepared);
      process.stdout.write(`job ${number}, ${name}: ${person.clicks} clicks (at most ${clicks})\n`);
      expect(person.clicks).toBeLessThanOrEqual(clicks);
      expect(errors.splice(0)).toEqual([]);
    },
  );
});
