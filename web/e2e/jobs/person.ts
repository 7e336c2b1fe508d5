import type { Browser, Locator, Page } from "playwright-core";
import type { DemoDirectory } from "../../../launcher/e2e/reachable-system.ts";
import { accessibilityFaults } from "../accessibility.ts";
import { hydrated, settled, visit, watch } from "../browser.ts";
import { codeOf } from "../identity-server.ts";

const ID = /[0-9a-f]{8}-[0-9a-f-]{27}/g;
const LIMIT_MS = 60_000;
const DESKTOP = { width: 1440, height: 900 };
/** More stops than any page of the jobs has. */
const MOST_TABS = 400;
/* oxlint-disable-next-line node/no-process-env -- a setting of a run of tests, not of a service */
const BY_KEYBOARD = process.env["JOBS_BY"] === "keyboard";

/** Runs in the page: whether the focus is on an element, in it, or on the control that it is a part of. */
function isFocused(element: Element): boolean {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body) return false;
  return (
    element.contains(activeElement) ||
    (activeElement.contains(element) && activeElement.matches("a, button, summary, label"))
  );
}

/** Of several radio buttons that exclude each other Tab reaches one, and arrows the others. */
function isBesideFocused(element: Element): boolean {
  const { activeElement } = document;
  if (!(element instanceof HTMLInputElement && activeElement instanceof HTMLInputElement)) {
    return false;
  }
  const { type, name, form } = activeElement;
  return (
    type === "radio" && element.type === type && element.name === name && element.form === form
  );
}

/** A file that a person chooses in a form. */
export interface ChosenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly text: string;
}

/**
 * A person of the demo at a browser. Counted is what a hand does with a mouse: a click, a choice in a list,
 * a file. Typing is not, and neither is what the test itself looks at. With `JOBS_BY=keyboard` no mouse is used: each
 * of them is reached by Tab and pressed.
 */
export class Person {
  readonly page: Page;
  readonly #webUrl: string;
  readonly #examined = new Set<string>();
  readonly #byKeyboard = BY_KEYBOARD;
  #clicks = 0;

  private constructor(page: Page, webUrl: string) {
    this.page = page;
    this.#webUrl = webUrl;
  }

  /** Signs the demo's user of a role in, with a code where the issuer requires one. */
  static async signIn(
    browser: Browser,
    webUrl: string,
    user: DemoDirectory["users"][number],
    errors: string[],
  ): Promise<Person> {
    const context = await browser.newContext({
      reducedMotion: "reduce",
      viewport: DESKTOP,
      acceptDownloads: true,
    });
    const page = await context.newPage();
    watch(page, errors);
    page.setDefaultTimeout(LIMIT_MS);
    await visit(page, `${webUrl}/sign-in`);
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("Email").fill(user.email);
    await page.getByLabel("Password").fill(user.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    if (user.totpSecret !== undefined) {
      await page.getByLabel("Six-digit code").fill(await codeOf(user));
      await page.getByRole("button", { name: "Continue" }).click();
    }
    await page.getByRole("navigation", { name: "Main" }).waitFor();
    await hydrated(page);
    return new Person(page, webUrl);
  }

  get clicks(): number {
    return this.#clicks;
  }

  /** Begins a job at Home. */
  async begin(): Promise<void> {
    await visit(this.page, this.#webUrl);
    this.#clicks = 0;
  }

  async click(target: Locator): Promise<void> {
    this.#clicks += 1;
    if (!this.#byKeyboard) return target.click();
    await target.waitFor();
    if ((await target.getAttribute("role")) === "option") return this.#pick(target);
    await this.#reach(target);
    const isBox = await target.evaluate((element) =>
      element.matches("[type=checkbox], [type=radio]"),
    );
    await this.page.keyboard.press(isBox ? "Space" : "Enter");
  }

  /** Tabs to an element, or to what it is a part of, as a user without a mouse does. */
  async #reach(target: Locator): Promise<void> {
    await settled(this.page);
    for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
      if (await target.evaluate(isFocused)) return;
      await this.page.keyboard.press(
        (await target.evaluate(isBesideFocused)) ? "ArrowDown" : "Tab",
      );
    }
    throw new Error(`No key reaches ${String(target)}.`);
  }

  /** Moves through the options of a list whose field has the focus. */
  async #pick(option: Locator): Promise<void> {
    for (let steps = 0; steps < MOST_TABS; steps += 1) {
      if ((await option.getAttribute("aria-selected")) === "true") {
        return this.page.keyboard.press("Enter");
      }
      await this.page.keyboard.press("ArrowDown");
    }
    throw new Error(`No arrow key reaches ${String(option)}.`);
  }

  /** A link of the side bar, or of the page. */
  link(name: string | RegExp, within: Locator = this.page.locator("main")): Promise<void> {
    return this.click(within.getByRole("link", { name, exact: typeof name === "string" }).first());
  }

  menu(name: string): Promise<void> {
    return this.link(name, this.page.getByRole("navigation", { name: "Main" }));
  }

  button(name: string | RegExp): Promise<void> {
    return this.click(this.page.getByRole("button", { name, exact: typeof name === "string" }));
  }

  async choose(list: string, option: string): Promise<void> {
    this.#clicks += 1;
    const field = this.page.getByLabel(list, { exact: true });
    if (this.#byKeyboard) await this.#reach(field);
    await field.selectOption({ label: option });
  }

  async attach(field: string, { name, mimeType, text }: ChosenFile): Promise<void> {
    this.#clicks += 1;
    const input = this.page.getByLabel(field, { exact: true });
    if (this.#byKeyboard) await this.#reach(input);
    await input.setInputFiles({ name, mimeType, buffer: Buffer.from(text) });
  }

  async type(field: string, text: string): Promise<void> {
    const input = this.page.getByLabel(field, { exact: true });
    if (this.#byKeyboard) await this.#reach(input);
    await input.fill(text);
  }

  /** Waits until the page has this heading, and examines each kind of page once. */
  async arrives(heading: string | RegExp): Promise<void> {
    await this.page.getByRole("heading", { level: 1, name: heading }).waitFor();
    await hydrated(this.page);
    const kind = new URL(this.page.url()).pathname.replaceAll(ID, ":id");
    if (this.#examined.has(kind)) return;
    this.#examined.add(kind);
    const faults = await accessibilityFaults(this.page);
    if (faults.length > 0) throw new Error(`${kind} is not accessible:\n${faults.join("\n")}`);
  }

  /** Waits for a text of the page. */
  sees(text: string | RegExp): Promise<void> {
    return this.page.locator("main").getByText(text).filter({ visible: true }).first().waitFor();
  }
}
