import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ACCOUNTS,
  decide,
  evolve,
  FUND_ID,
  run,
  sampleBook,
} from "../../engine/sample-book.fixture.ts";
import { newId } from "@allfunds/platform/ids";
import { classificationOf } from "../account-classes/account-class.ts";
import { accountByCode } from "../accounts/account.ts";
import type { NewAccount, OpenChart } from "./chart.ts";
import { accountsOfTemplate } from "./chart-template.ts";

const open = (accounts: readonly NewAccount[]): OpenChart => ({
  kind: "OpenChart",
  fundId: FUND_ID,
  accounts: accounts.map((account) => ({ ...account, accountId: newId() })),
});

const account = (code: string, more: Partial<NewAccount> = {}): NewAccount => ({
  code,
  name: code,
  type: "ASSET",
  ...more,
});

describe("a chart", () => {
  test.each(["GENERAL", "FUND"] as const)("of the template %s opens as a whole", (template) => {
    const state = sampleBook();
    const accounts = accountsOfTemplate(template);
    expect(run(state, open(accounts))).toBe("ok");
    for (const { code, parentCode } of accounts) {
      const parent = parentCode === undefined ? null : accountByCode(state, parentCode)?.id;
      expect(accountByCode(state, code)?.parentId).toBe(parent);
    }
    const retained = accountByCode(state, "3900");
    if (retained === undefined) throw new Error("the template has no account 3900");
    expect(classificationOf(state, retained).class).toBe("RETAINED_EARNINGS");
    expect(run(state, open(accounts))).toBe("ALREADY_EXISTS");
  });

  test.each<[string, readonly NewAccount[], string]>([
    ["without an account", [], "INVALID_INPUT"],
    [
      "of too many accounts",
      Array.from({ length: 1_001 }, (_, n) => account(`${n}`)),
      "INVALID_INPUT",
    ],
    [
      "with a parent behind it",
      [account("A", { parentCode: "B" }), account("B")],
      "ACCOUNT_NOT_FOUND",
    ],
    ["with a parent before it", [account("A"), account("B", { parentCode: "A" })], "ok"],
    ["with a parent of the fund", [account("B", { parentCode: "bank" })], "ok"],
    ["with a parent of another type", [account("B", { parentCode: "fees" })], "INVALID_INPUT"],
    ["with a class of another type", [account("A", { class: "CAPITAL" })], "INVALID_INPUT"],
    ["with one code twice", [account("A"), account("A")], "ALREADY_EXISTS"],
    [
      "with two accounts for retained earnings in a currency",
      [
        account("A", { type: "EQUITY", class: "RETAINED_EARNINGS" }),
        account("B", { type: "EQUITY", class: "RETAINED_EARNINGS" }),
      ],
      "ALREADY_EXISTS",
    ],
    [
      "with an account for retained earnings in each currency",
      [
        account("A", { type: "EQUITY", class: "RETAINED_EARNINGS" }),
        account("B", { type: "EQUITY", class: "RETAINED_EARNINGS", currency: "USD" }),
      ],
      "ok",
    ],
  ])("%s", (_what, accounts, expected) => {
    expect(run(sampleBook(), open(accounts))).toBe(expected);
  });

  test("that is refused names the account at fault and leaves nothing", () => {
    const state = sampleBook();
    const decision = decide(open([account("A"), account("B", { class: "CAPITAL" })]), state);
    if (decision.accepted) throw new Error("it should be refused");
    expect(decision.refusal.violations?.[0]?.path).toBe("accounts.1.class");
    expect(accountByCode(state, "A")).toBeUndefined();
  });

  test("of any shape has each account under its parent, with a class of its type", () => {
    const shape = fc.array(fc.tuple(fc.constantFrom("ASSET", "EQUITY"), fc.nat(20)), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(shape, (rows) => {
        const state = sampleBook();
        const accounts = rows.map(([type, above], n) => {
          const parent = rows[above];
          const fits = above < n && parent?.[0] === type;
          return account(`N${n}`, {
            type: type as NewAccount["type"],
            parentCode: fits ? `N${above}` : undefined,
          });
        });
        expect(run(state, open(accounts))).toBe("ok");
        for (const { code, parentCode } of accounts) {
          const parentId = accountByCode(state, code)?.parentId ?? null;
          const above = parentCode === undefined ? null : accountByCode(state, parentCode)?.id;
          expect(parentId).toBe(above);
        }
      }),
      { numRuns: 30 },
    );
  });
});

const balances = (more: object = {}) => ({
  kind: "RecordOpeningBalances" as const,
  fundId: FUND_ID,
  transactionId: newId(),
  effectiveDate: "2026-01-01",
  balances: [
    { accountId: ACCOUNTS.bank.id, side: "DEBIT" as const, amount: "100.00" },
    { accountId: ACCOUNTS.fees.id, side: "CREDIT" as const, amount: "30.00" },
  ],
  description: "Opening balances",
  reference: null,
  metadata: {},
  ...more,
});

describe("opening balances", () => {
  test("bring each currency to zero through its account for them", () => {
    const state = sampleBook();
    expect(run(state, balances())).toBe("ACCOUNT_NOT_FOUND");
    run(state, {
      kind: "ClassifyAccount",
      fundId: FUND_ID,
      accountId: ACCOUNTS.capital.id,
      class: "OPENING_BALANCES",
    });
    const decision = decide(balances(), state);
    if (!decision.accepted) throw decision.refusal;
    const [event] = decision.events;
    if (event?.type !== "TransactionPosted") throw new Error("it should be posted");
    expect(event.source).toEqual({ kind: "OPENING" });
    expect(event.entries.at(-1)).toMatchObject({ side: "CREDIT", amountMinor: 7_000n });
    evolve(state, event);
    expect(run(state, balances())).toBe("ALREADY_EXISTS");
  });

  test("are refused without balances", () => {
    expect(run(sampleBook(), balances({ balances: [] }))).toBe("INVALID_INPUT");
  });
});
