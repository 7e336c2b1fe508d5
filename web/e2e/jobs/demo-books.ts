import type { ReachableSystem } from "../../../launcher/e2e/reachable-system.ts";

/** The demo's fund whose books come from bank statements, with the accounts that the jobs use. */
export const DEMO_FUND = {
  id: "0193a8c0-0001-7000-8000-000000000000",
  name: "Harbour Lane Balanced Fund",
} as const;
const account = (item: number) => `0193a8c0-0001-7000-8000-${String(item).padStart(12, "0")}`;
const [OPERATING, CUSTODY, INVESTMENTS] = [account(1), account(2), account(7)];
const [FEES, OFFICE] = [account(10), account(13)];

const OPEN_ACCOUNT = "mutation ($input: OpenAccountInput!) { openAccount(input: $input) { id } }";
const POST = "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }";
const IMPORT = `mutation ($input: ImportStatementInput!) {
  importStatement(input: $input) { posted }
}`;
const LIMIT = `mutation ($input: SetApprovalLimitInput!) { setApprovalLimit(input: $input) { setAt } }`;

/** Accounts to keep dollars on, and the fund's position in them. */
export async function openCurrencyAccounts(system: ReachableSystem): Promise<string> {
  for (const [code, name, type] of [
    ["1310", "Dollars at bank", "ASSET"],
    ["2900-USD", "Position in dollars", "LIABILITY"],
  ] as const) {
    const input = { fundId: DEMO_FUND.id, code, name, type, currency: "USD" };
    const { errors } = await system.graphql(OPEN_ACCOUNT, {
      input: { ...input, idempotencyKey: `jobs-${code}` },
    });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
  }
  return "";
}

const entries = (debit: string, credit: string, amount: string) => [
  { accountId: debit, side: "DEBIT", amount },
  { accountId: credit, side: "CREDIT", amount },
];

/** Posts a charge of the office, as a program does; returns its id. */
export async function postCharge(
  system: ReachableSystem,
  description: string,
  amount: string,
): Promise<string> {
  const input = {
    fundId: DEMO_FUND.id,
    effectiveDate: "2026-11-24",
    description,
    entries: entries(OFFICE, OPERATING, amount),
    idempotencyKey: `jobs-${description}`,
  };
  const { postTransaction } = await system.ask<{ postTransaction: { id: string } }>(POST, {
    input,
  });
  return postTransaction.id;
}

/** Sets a limit, has a program post above it, and takes the limit away again: the proposal waits. */
export async function proposeAboveLimit(system: ReachableSystem): Promise<string> {
  const limit = { fundId: DEMO_FUND.id, currency: "EUR" };
  await system.ask(LIMIT, { input: { ...limit, amount: "900000.00" } });
  const input = {
    fundId: DEMO_FUND.id,
    effectiveDate: "2026-11-24",
    description: "Purchase above the limit",
    entries: entries(INVESTMENTS, OPERATING, "950000.00"),
  };
  const { errors } = await system.graphql(POST, { input });
  const code = errors?.[0]?.extensions.code;
  if (code !== "APPROVAL_REQUIRED") throw new Error(`The posting did not wait: ${code}.`);
  await system.ask(LIMIT, { input: { ...limit, amount: null } });
  return "";
}

/** A charge that was posted by hand, and came with the bank's next file as another text. */
export async function reconcilable(system: ReachableSystem): Promise<string> {
  const input = {
    fundId: DEMO_FUND.id,
    effectiveDate: "2026-11-24",
    description: "Custody charge of November",
    entries: entries(FEES, CUSTODY, "1840.50"),
    idempotencyKey: "jobs-custody-charge",
  };
  await system.ask(POST, { input });
  const content = [
    "Buchungstag;Verwendungszweck;Betrag;Währung;Saldo",
    `24.11.2026;Depotbankentgelt November;-1840,50;EUR;${await closingAfter(system, -184_050n)}`,
    "",
  ].join("\n");
  await system.ask(IMPORT, {
    input: { accountId: CUSTODY, format: "CSV", content, comparesPostings: true },
  });
  return "";
}

const NEWEST = `query ($id: ID!) {
  account(id: $id) { statements(first: 20) { nodes { state to closingBalance { amount } } } }
}`;

interface Newest {
  readonly account: {
    readonly statements: {
      readonly nodes: readonly {
        readonly state: string;
        readonly to: string;
        readonly closingBalance: { readonly amount: string } | null;
      }[];
    };
  };
}

/** What the bank's next file closes with, in its notation, when it has one line of so many cents. */
async function closingAfter(system: ReachableSystem, minor: bigint): Promise<string> {
  const { account } = await system.ask<Newest>(NEWEST, { id: CUSTODY });
  const [last] = account.statements.nodes
    .filter(({ state, closingBalance }) => state === "IMPORTED" && closingBalance !== null)
    .toSorted((one, other) => other.to.localeCompare(one.to));
  const closing = BigInt((last?.closingBalance?.amount ?? "0.00").replace(".", "")) + minor;
  const digits = String(closing);
  return `${digits.slice(0, -2)},${digits.slice(-2)}`;
}
