import { AppError } from "@allfunds/contract/errors";
import { describe, expect, test } from "vitest";
import { parseCamt } from "./camt.ts";

const parseCamt053 = (content: string, currency: string) => parseCamt(content, "053", currency);
const amount = (minor: string, currency = "EUR") => `<Amt Ccy="${currency}">${minor}</Amt>`;
const party = (role: string, name: string) =>
  `<RltdPties><${role}><Pty><Nm>${name}</Nm></Pty></${role}></RltdPties>`;

interface EntryParts {
  readonly amount?: string;
  readonly direction?: "CRDT" | "DBIT";
  readonly status?: string;
  readonly more?: string;
  readonly reference?: string;
}
const entry = (parts: EntryParts = {}) => `<Ntry>${parts.amount ?? amount("10.00")}
  <CdtDbtInd>${parts.direction ?? "CRDT"}</CdtDbtInd>${parts.status ?? "<Sts><Cd>BOOK</Cd></Sts>"}
  <BookgDt><Dt>2026-01-02</Dt></BookgDt><ValDt><DtTm>2026-01-03T00:00:00+01:00</DtTm></ValDt>
  <AcctSvcrRef>${parts.reference ?? "B1"}</AcctSvcrRef>${parts.more ?? ""}</Ntry>`;

const balance = (code: string, minor: string, direction = "CRDT") =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${amount(minor)}<CdtDbtInd>${direction}</CdtDbtInd></Bal>`;
const statement = (body: string, iban = "LU1") =>
  `<Stmt><Acct><Id><IBAN>${iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>${body}</Stmt>`;
const document = (body: string, version = "08") =>
  `<?xml version="1.0"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt>${body}</BkToCstmrStmt></Document>`;

const read = (body: string) => parseCamt053(document(statement(body)), "EUR");
const refusal = (work: () => unknown): AppError => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};

const payment = (minor: string) =>
  `<TxDtls>${amount(minor)}<CdtDbtInd>DBIT</CdtDbtInd>${party("Cdtr", `P${minor}`)}</TxDtls>`;

describe("a camt.053 statement", () => {
  test("is refused when a value date cannot be read, though there is a booking date", () => {
    const body = entry().replace("2026-01-03", "2026-02-30");
    expect(refusal(() => read(body)).message).toContain("value date");
  });

  test("gives a line per entry, with value date, bank reference, other party and text", () => {
    const more = `<NtryDtls><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs>${party("Dbtr", "M&#252;ller &amp; Co")}<RmtInf><Ustrd>Invoice</Ustrd><Ustrd>42</Ustrd></RmtInf></TxDtls></NtryDtls>`;
    expect(read(entry({ more }))).toMatchObject({
      iban: "LU1",
      skipped: 0,
      lines: [
        {
          amountMinor: 1000n,
          effectiveDate: "2026-01-03",
          bookingDate: "2026-01-02",
          reference: "B1",
          counterparty: "Müller & Co",
          description: "Invoice 42",
          details: { endToEndId: "E1" },
        },
      ],
    });
  });

  test("names the account of the other party, and not the fund's own", () => {
    const accounts = ["Dbtr", "Cdtr"]
      .map((role) => `<${role}Acct><Id><IBAN>${role}</IBAN></Id></${role}Acct>`)
      .join("");
    const more = `<NtryDtls><TxDtls><RltdPties>${accounts}</RltdPties></TxDtls></NtryDtls>`;
    for (const [direction, iban] of [
      ["CRDT", "Dbtr"],
      ["DBIT", "Cdtr"],
    ] as const) {
      const [line] = read(entry({ direction, more })).lines;
      expect(line?.details).toEqual({ counterpartyIban: iban });
    }
  });

  test.each(["02", "04", "08", "13"])("of version %s is read", (version) => {
    const old = entry({ status: "<Sts>BOOK</Sts>", more: "<AddtlNtryInf>Fee</AddtlNtryInf>" });
    const { lines } = parseCamt053(document(statement(old), version), "EUR");
    const [line] = lines;
    expect(line?.description).toBe("Fee");
  });

  test("may use a namespace prefix", () => {
    const prefixed = document(statement(entry()))
      .replaceAll(/<(\/?)(?=[A-Z])/g, "<$1n:")
      .replace("xmlns=", "xmlns:n=");
    expect(parseCamt053(prefixed, "EUR").lines).toHaveLength(1);
  });

  test("leaves out what is not booked and counts it", () => {
    const { lines, skipped } = read(
      entry() +
        entry({ status: "<Sts><Cd>PDNG</Cd></Sts>" }) +
        entry({ status: "<Sts><Cd>INFO</Cd></Sts>" }),
    );
    expect([lines.length, skipped]).toEqual([1, 2]);
  });

  test("splits a batch payment by payment when they add up to it", () => {
    const more = `<NtryDtls>${payment("4.00")}${payment("6.00")}</NtryDtls>`;
    expect(read(entry({ direction: "DBIT", more })).lines).toMatchObject([
      { amountMinor: -400n, reference: "B1/1", counterparty: "P4.00" },
      { amountMinor: -600n, reference: "B1/2", counterparty: "P6.00" },
    ]);
  });

  test("keeps a batch whole when its payments are not all given", () => {
    const more = `<NtryDtls>${payment("4.00")}${payment("5.00")}</NtryDtls>`;
    expect(read(entry({ direction: "DBIT", more })).lines).toMatchObject([
      { amountMinor: -1000n, reference: "B1" },
    ]);
  });

  test("marks a reversal and names the party of the original booking", () => {
    const more = `<RvslInd>true</RvslInd><NtryDtls><TxDtls>${party("Cdtr", "Payee")}</TxDtls></NtryDtls>`;
    expect(read(entry({ more })).lines.at(0)).toMatchObject({
      amountMinor: 1000n,
      reversal: true,
      counterparty: "Payee",
    });
  });

  test("is accepted when its entries lead from the opening to the closing balance", () => {
    const body = balance("OPBD", "5.00", "DBIT") + balance("CLBD", "5.00") + entry();
    expect(read(body)).toMatchObject({ openingMinor: -500n, closingMinor: 500n });
  });

  test("joins the statements of one account and takes the first opening and the last closing balance", () => {
    const days = [
      statement(balance("OPBD", "0.00") + balance("CLBD", "10.00") + entry()),
      statement(balance("OPBD", "10.00") + balance("CLBD", "20.00") + entry({ reference: "B2" })),
    ];
    expect(parseCamt053(document(days.join("")), "EUR")).toMatchObject({
      openingMinor: 0n,
      closingMinor: 2000n,
    });
  });

  test("names the line of each faulty entry", () => {
    const error = refusal(() =>
      read(
        `${entry()}\n${entry({ amount: amount("1e3") })}\n${entry({ amount: amount("1.00", "USD") })}`,
      ),
    );
    expect(error.violations?.map(({ path }) => path)).toEqual(["line 6", "line 10"]);
  });

  test.each<[string, string, string]>([
    [
      "a document type",
      "STATEMENT_INVALID",
      document(statement(entry())).replace(
        "<Document",
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document',
      ),
    ],
    ["broken XML", "STATEMENT_INVALID", document(statement("<Ntry>"))],
    ["nothing", "STATEMENT_INVALID", ""],
    [
      "another message",
      "STATEMENT_INVALID",
      document(statement(entry())).replace("camt.053", "pain.001"),
    ],
    ["a version of the future", "STATEMENT_INVALID", document(statement(entry()), "99")],
    ["no statement", "STATEMENT_INVALID", document("")],
    [
      "two accounts",
      "STATEMENT_AMBIGUOUS",
      document(statement(entry()) + statement(entry(), "LU2")),
    ],
    [
      "a missing entry",
      "STATEMENT_INVALID",
      document(statement(balance("OPBD", "0.00") + balance("CLBD", "30.00") + entry())),
    ],
    [
      "an unreadable balance",
      "STATEMENT_INVALID",
      document(statement(balance("OPBD", "x") + entry())),
    ],
    [
      "another currency",
      "CURRENCY_MISMATCH",
      document(statement(entry()).replace("<Ccy>EUR", "<Ccy>USD")),
    ],
  ])("with %s is refused with %s", (_name, code, content) => {
    expect(refusal(() => parseCamt053(content, "EUR")).code).toBe(code);
  });
});

const asMessage = (number: string, body: string, part: string, entries: string) =>
  document(statement(entries))
    .replace("camt.053.001.08", `camt.${number}.001.08`)
    .replaceAll("BkToCstmrStmt", body)
    .replaceAll("Stmt>", `${part}>`);

describe("reports and notifications", () => {
  const pending = entry({ status: "<Sts><Cd>PDNG</Cd></Sts>" });

  test("a camt.052 gives the booked entries, and balances only when the entries lead along them", () => {
    const opening = balance("OPBD", "5.00");
    const read = (closing: string) =>
      parseCamt(
        asMessage(
          "052",
          "BkToCstmrAcctRpt",
          "Rpt",
          opening + balance("ITBD", closing) + entry() + pending,
        ),
        "052",
        "EUR",
      );
    expect(read("15.00")).toMatchObject({ openingMinor: 500n, closingMinor: 1500n, skipped: 1 });
    expect(read("99.00")).toMatchObject({ openingMinor: undefined, closingMinor: undefined });
  });

  test("a camt.054 gives its entries without balances, and states returns", () => {
    const more = `<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>${party("Cdtr", "Payee")}<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls>`;
    const text = asMessage("054", "BkToCstmrDbtCdtNtfctn", "Ntfctn", entry({ more }));
    expect(parseCamt(text, "054", "EUR").lines).toMatchObject([
      { reversal: true, counterparty: "Payee", details: { returnReason: "AC04" } },
    ]);
  });

  test("an entry whose status is unknown is a fault", () => {
    const error = refusal(() => read(entry({ status: "<Sts>MAYBE</Sts>" })));
    expect(error.message).toContain("MAYBE");
  });
});
