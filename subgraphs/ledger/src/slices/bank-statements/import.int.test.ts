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

/** An MT940 statement of a month with one receipt of 10.00. */
const month = (number: number, opening: number, closing: number): string =>
  `:20:1\n:25:DE89370400440532013000\n:60F:C260${number}01EUR${opening},\n:61:260${number}100${number}10C10,NTRFNONREF//M${number}\n:86:Rent\n:62F:C260${number}28EUR${closing},\n-`;

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
    const ofDemo = await demo("camt053-statement.xml");
    const content = ofDemo.replaceAll("LU219990004417820EUR", "LU219990004417999EUR");
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
      [{ path: "line 3, column 1", message: '"30.02.2026" is not a date like DD.MM.YYYY' }],
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
    ).toBe("STATEMENT_INVALID");
    const { fund } = await ask<{ fund: { position: number } }>(
      service,
      `{ fund(id: "${fundId}") { position } }`,
    );
    expect(fund.position).toBe(3);
  });

  const SMALL = { date: "Date", description: "Text", amount: "Amount" };
  const OUTCOME = `mutation ($input: ImportStatementInput!) { importStatement(input: $input) {
    posted duplicates skipped format breaks { kind difference { amount } } account { balance { amount } }
    possibleDuplicates { fileLine amount { amount } earlierTransactionId } } }`;
  const PREVIEW = `query ($input: ImportStatementInput!) { previewStatement(input: $input) {
    format encoding lineCount newLines duplicates possibleDuplicates csv { dateFormat columns { field column } }
    lines { fileLine effectiveDate amount { amount } verdict contraAccountId } } }`;

  test("posts nothing of a file when one of its lines is refused, and names each of them", async () => {
    const { fundId, bank } = await openFund(service);
    const close = `mutation { closePeriod(input: { fundId: "${fundId}", to: "2026-01-31" }) { to } }`;
    expect(codeOf(await send(service, close, {}))).toBe("ok");
    const rows = Array.from({ length: 600 }, (_row, at) =>
      [at === 400 || at === 500 ? "2026-01-15" : "2026-02-15", `Line ${at}`, "1.00"].join(","),
    );
    const content = ["Date,Text,Amount", ...rows].join("\n");
    const refused = await send(service, OUTCOME, { input: { accountId: bank, content } });
    expect([codeOf(refused), refused.errors?.[0]?.extensions.violations]).toEqual([
      "POSTING_PERIOD_CLOSED",
      [
        { path: "line 402", message: expect.any(String) as string },
        { path: "line 502", message: expect.any(String) as string },
      ],
    ]);
    const { account } = await ask<{ account: object }>(
      service,
      `{ account(id: "${bank}") { balance { amount } } }`,
    );
    expect(account).toEqual({ balance: { amount: "0.00" } });
  });

  test("reads bytes in the bank's own encoding, shows how, and posts what was shown", async () => {
    const { bank } = await openFund(service);
    const text =
      "Buchungstag;Verwendungszweck;Betrag\n03.11.2026;Miete B\u00fcro;-1.234,56\n04.11.2026;Zins;0,50";
    const contentBase64 = Buffer.from(text, "latin1").toString("base64");
    const input = { accountId: bank, contentBase64 };
    const { previewStatement } = await ask<{ previewStatement: object }>(service, PREVIEW, {
      input,
    });
    expect(previewStatement).toMatchObject({
      format: "CSV",
      encoding: "windows-1252",
      lineCount: 2,
      newLines: 2,
      csv: { dateFormat: "DD.MM.YYYY" },
      lines: [
        { effectiveDate: "2026-11-03", amount: { amount: "-1234.56" }, verdict: "NEW" },
        { effectiveDate: "2026-11-04", amount: { amount: "0.50" } },
      ],
    });
    expect(await ask(service, OUTCOME, { input })).toMatchObject({
      importStatement: { posted: 2, format: "CSV", account: { balance: { amount: "-1234.06" } } },
    });
    expect(codeOf(await send(service, OUTCOME, { input: { accountId: bank } }))).toBe(
      "INVALID_INPUT",
    );
  });

  test("leaves out a line that another format brought, until it is confirmed; equal lines of one day stay two", async () => {
    const { bank } = await openFund(service);
    const mt940 = [
      ":20:1\n:25:DE02120300000000202051\n:60F:C260101EUR0,",
      ":61:2601100110C10,NTRFNONREF//B1\n:86:Invoice 7",
      ":61:2601100110C10,NTRFNONREF//B2\n:86:Invoice 8",
      ":62F:C260131EUR20,\n-",
    ].join("\n");
    const csvFile = `Date,Text,Amount\n2026-01-10,INVOICE SEVEN,10.00\n2026-01-10,Other,5.00`;
    expect(
      await ask(service, OUTCOME, { input: { accountId: bank, content: mt940 } }),
    ).toMatchObject({
      importStatement: { posted: 2, format: "MT940" },
    });
    const input = { accountId: bank, content: csvFile, csv: SMALL };
    expect(await ask(service, OUTCOME, { input })).toMatchObject({
      importStatement: {
        posted: 1,
        possibleDuplicates: [{ fileLine: 2, amount: { amount: "10.00" } }],
        account: { balance: { amount: "25.00" } },
      },
    });
    expect(
      await ask(service, OUTCOME, { input: { ...input, postPossibleDuplicates: true } }),
    ).toMatchObject({ importStatement: { posted: 1, duplicates: 1, possibleDuplicates: [] } });
    expect(await ask(service, OUTCOME, { input })).toMatchObject({
      importStatement: { posted: 0, duplicates: 2, possibleDuplicates: [] },
    });
  });

  test("shows the hole behind the last import, and refuses the IBAN of another account", async () => {
    const { bank } = await openFund(service);
    const { bank: other } = await openFund(service);
    const run = (accountId: string, content: string) =>
      send(service, OUTCOME, { input: { accountId, content } });
    expect((await run(bank, month(1, 0, 10))).data).toMatchObject({
      importStatement: { breaks: [] },
    });
    expect((await run(bank, month(3, 50, 60))).data).toMatchObject({
      importStatement: {
        posted: 1,
        breaks: [{ kind: "SINCE_LAST_IMPORT", difference: { amount: "40.00" } }],
      },
    });
    expect(codeOf(await run(other, month(4, 60, 70)))).toBe("STATEMENT_INVALID");
    const input = { accountId: other, content: month(4, 60, 70), takesOverIban: true };
    expect(codeOf(await send(service, OUTCOME, { input }))).toBe("ok");
    expect(codeOf(await run(bank, month(5, 70, 80)))).toBe("STATEMENT_INVALID");
  });
});
