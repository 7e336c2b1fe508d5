import type { Page } from "playwright-core";
import { chargeOf, type App } from "./app.ts";
import { visit } from "./browser.ts";
import { PAGES } from "./every-page.ts";
import { SCOPES, unsignedToken } from "./seeded-session.ts";

/** What the pages of all roles need together. */
export const ALL_SCOPES = [
  ...SCOPES,
  "investors:read",
  "investors:write",
  "nav:publish",
  "admin",
  "audit:read",
  "audit:verify",
];

/** A page, and the link on it that leads to another one. */
export type Place = readonly [name: string, path: (app: App) => string, link: string | undefined];

/** Every page; some are behind a link of another one, which is given as a selector. */
export const EVERY_PAGE: readonly Place[] = [
  ...PAGES.map(([name, path]): Place => [name, path, undefined]),
  ["investors", () => "/investors", undefined],
  ["investor", () => "/investors", "a[data-investor]"],
  ["NAV", ({ fund }) => `/funds/${fund.id}/valuations`, "a[data-valuation]"],
  ["users", () => "/admin/users", undefined],
  ["clients", () => "/admin/clients", undefined],
  ["webhooks", () => "/admin/webhooks", undefined],
  ["webhook", () => "/admin/webhooks", 'main a[href^="/admin/webhooks/"]'],
  ["audit log", () => "/audit", undefined],
  ["approval", () => "/approvals", "a[data-proposal]"],
  ["sensitive change", () => "/approvals/changes", "a[data-proposal]"],
];

export async function visitPlace(
  page: Page,
  app: App,
  path: string,
  link: string | undefined,
): Promise<void> {
  await visit(page, app.web.url + path);
  if (link === undefined) return;
  const href = await page.locator(link).first().getAttribute("href");
  if (!href) throw new Error(`The page has no ${link}.`);
  await visit(page, app.web.url + href);
}

/** Puts one of each into the fake graph: what waits, recurs, is commented on, and is sent to others. */
export async function fillBooks(app: App): Promise<void> {
  const { fund } = app;
  const charge = chargeOf(fund, "Waits for another person", "12.00");
  const [transaction] = fund.transactions;
  await send(app, "setApprovalLimit(input: $input)", "SetApprovalLimitInput", {
    currency: "EUR",
    amount: "1",
    per: "CHANGE",
  });
  await send(app, "addComment(input: $input)", "AddCommentInput", {
    transactionId: transaction?.id,
    text: "Checked against the contract.",
  });
  await send(app, "setDimension(input: $input)", "SetDimensionInput", {
    dimension: "strategy",
    name: "Strategy",
  });
  await send(app, "setDimensionValues(input: $input)", "SetDimensionValuesInput", {
    dimension: "strategy",
    values: [{ value: "LONG", name: "Long only" }],
  });
  await send(app, "createWebhook(input: $input)", "WebhookSettingsInput", {
    url: `https://books.example/${"hook".repeat(40)}`,
    description: "Copies postings",
  });
  await send(app, "setJournalTemplate(input: $input)", "SetJournalTemplateInput", {
    fundId: fund.id,
    name: "Custody charge",
    description: "Custody charge of the month",
    frequency: "MONTHLY",
    firstDate: "2026-11-30",
    entries: charge.entries,
  });
  await send(app, "setApprovalLimit(input: $input)", "SetApprovalLimitInput", {
    currency: "EUR",
    amount: "5000",
  });
  app.gateway.switches.limit = 1n;
  const input = { fundId: fund.id, ...charge };
  await send(app, "postTransaction(input: $input)", "PostTransactionInput", input);
  app.gateway.switches.limit = undefined;
}

async function send(app: App, field: string, type: string, input: object): Promise<void> {
  const response = await fetch(`${app.gateway.url}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${unsignedToken(ALL_SCOPES)}` },
    body: JSON.stringify({
      query: `mutation ($input: ${type}!) { ${field} { __typename } }`,
      variables: { input },
    }),
  });
  const { errors = [] }: { errors?: { message: string; extensions?: { code?: string } }[] } =
    await response.json();
  const [refusal] = errors.filter(({ extensions }) => extensions?.code !== "APPROVAL_REQUIRED");
  if (refusal) throw new Error(`${field}: ${refusal.message}`);
}
