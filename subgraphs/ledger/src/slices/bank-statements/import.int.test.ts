import { readFile } from "node:fs/promises";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ask,
  codeOf,
  OPEN_ACCOUNT,
  openFund,
  openService,
  send,
  type TestService,
} from "../../service.fixture.ts";

let service: TestService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const demo = (name: string) =>
  readFile(new URL(`../../../../../demo/${name}`, import.meta.url), "utf8");

describe("importing a statement", () => {
  const IMPORT = `mutation ($input: ImportStatementInput!) { importStatement(input: $input) {
    lines posted duplicates skipped iban openingBalance { amount } closingBalance { amount } account { balance { amount } }
    transactions(first: 1) { nodes { description reference metadata entries { side account { name } } } } } }`;
  interface Imported {
    readonly importStatement: Record<string, unknown>;
  }
  const csv = {
    date: "Booking date",
    description: "Remittance information",
    amount: "Amount",
    currency: "Currency",
    counterparty: "Counterparty",
    reference: "Bank reference",
    dateFormat: "DD.MM.YYYY",
    decimalSeparator: ",",
    delimiter: ";",
  };

  test("posts each line of two years of a bank's CSV once, however often and in whatever parts it comes", async () => {
    const { bank } = await openFund(service);
    const content = await demo("bank-statement.csv");
    const rows = content.trimEnd().split("\n");
    const run = async (some: readonly string[]) =>
      (
        await ask<Imported>(service, IMPORT, {
          input: { accountId: bank, format: "CSV", csv, content: some.join("\n") },
        })
      ).importStatement;
    expect(await run(rows.slice(0, 1_500))).toMatchObject({
      lines: 1_499,
      posted: 1_499,
      duplicates: 0,
    });
    const whole = await run(rows);
    expect(whole).toMatchObject({
      lines: rows.length - 1,
      posted: rows.length - 1_500,
      duplicates: 1_499,
    });
    const closing = rows.at(-1)?.split(";").at(-1)?.trim().replace(",", ".");
    expect(whole["account"]).toEqual({ balance: { amount: closing } });
    expect(await run(rows)).toMatchObject({ posted: 0, duplicates: rows.length - 1 });
  });

  test("puts each line where the first rule that fits puts it, and the rest where it always goes", async () => {
    const { fundId, bank, capital } = await openFund(service);
    const input = { fundId, code: "FEES", name: "Fees", type: "EXPENSE" };
    const opened = await ask<{ openAccount: { id: string } }>(service, OPEN_ACCOUNT, { input });
    const rules = [
      { contains: ["subscription", "zeichnung"], direction: "IN", accountId: capital },
      { contains: ["charges", "Safekeeping"], direction: "OUT", accountId: opened.openAccount.id },
    ];
    const content = await demo("camt053-statement.xml");
    const run = (more: object) =>
      send(service, IMPORT, {
        input: { accountId: bank, format: "CAMT_053", content, rules, ...more },
      });
    expect(codeOf(await run({ rules: [{ ...rules[0], accountId: bank }] }))).toBe("INVALID_INPUT");
    expect(codeOf(await run({ rules: [{ ...rules[0], contains: [] }] }))).toBe("INVALID_INPUT");
    expect(codeOf(await run({}))).toBe("ok");
    const { fund } = await ask<{ fund: { accounts: { nodes: object[] } } }>(
      service,
      "query ($id: ID!) { fund(id: $id) { accounts { nodes { code balance { amount } } } } }",
      { id: fundId },
    );
    expect(fund.accounts.nodes).toEqual(
      expect.arrayContaining([
        { code: "CAP", balance: { amount: "240549.00" } },
        { code: "FEES", balance: { amount: "4135.65" } },
      ]),
    );
  });

  test("posts a camt.053 statement against the fund's own accounts and recognises it again", async () => {
    const { bank } = await openFund(service);
    const content = await demo("camt053-statement.xml");
    const run = async () =>
      (
        await ask<Imported>(service, IMPORT, {
          input: { accountId: bank, format: "CAMT_053", content },
        })
      ).importStatement;
    expect(await run()).toMatchObject({
      lines: 44,
      posted: 44,
      duplicates: 0,
      skipped: 1,
      iban: "LU219990004417820EUR",
      openingBalance: { amount: "3184426.17" },
      closingBalance: { amount: "5984344.55" },
      transactions: {
        nodes: [
          {
            reference: "NGCB202611020001",
            entries: [
              { side: "CREDIT", account: { name: "BANK" } },
              { side: "DEBIT", account: { name: "Unallocated payments" } },
            ],
          },
        ],
      },
    });
    expect(await run()).toMatchObject({ lines: 44, posted: 0, duplicates: 44 });
    const other = content.replaceAll("LU219990004417820EUR", "LU000000000000000EUR");
    expect(
      codeOf(
        await send(service, IMPORT, {
          input: { accountId: bank, format: "CAMT_053", content: other },
        }),
      ),
    ).toBe("STATEMENT_INVALID");
  });

  test("writes nothing of a file with a fault", async () => {
    const { fundId, bank, capital } = await openFund(service);
    const content =
      "Booking date;Remittance information;Amount\n01.02.2026;Good;1,00\n30.02.2026;Bad;1,00";
    const mapping = { ...csv, currency: undefined, counterparty: undefined, reference: undefined };
    const refused = await send(service, IMPORT, {
      input: { accountId: bank, format: "CSV", csv: mapping, content },
    });
    expect([codeOf(refused), refused.errors?.[0]?.extensions.violations]).toEqual([
      "STATEMENT_INVALID",
      [{ path: "line 3", message: '"30.02.2026" is not a date like DD.MM.YYYY' }],
    ]);
    expect(
      codeOf(
        await send(service, IMPORT, { input: { accountId: capital, format: "CSV", csv, content } }),
      ),
    ).toBe("INVALID_INPUT");
    expect(
      codeOf(
        await send(service, IMPORT, { input: { accountId: newId(), format: "CSV", csv, content } }),
      ),
    ).toBe("ACCOUNT_NOT_FOUND");
    expect(
      codeOf(await send(service, IMPORT, { input: { accountId: bank, format: "CSV", content } })),
    ).toBe("INVALID_INPUT");
    const { fund } = await ask<{ fund: { position: number } }>(
      service,
      `{ fund(id: "${fundId}") { position } }`,
    );
    expect(fund.position).toBe(3);
  });
});
