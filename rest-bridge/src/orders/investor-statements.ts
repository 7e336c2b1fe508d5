import { z } from "zod";
import { requireFound } from "../endpoint/require-found.ts";
import { currency, date, decimal, id } from "../endpoint/scalars.ts";
import { columnsOf, defineTable, TABLE_DOCS } from "../endpoint/table.ts";
import {
  RestInvestorStatementsDocument,
  type InvestorStatementLineFieldsFragment,
} from "../graph/graph-types.generated.ts";

const LINE_KINDS = ["OPENING", "MOVEMENT", "ORDER", "CLOSING"] as const;
const LINE_REASONS = [
  "NO_NAV",
  "WAITS_FOR_NAV",
  "WAITS_FOR_APPROVAL",
  "CLASS_SUSPENDED",
  "CANCELLED",
  "REJECTED",
] as const;

const statementLine = z
  .object({
    accountId: id("The account that keeps the units."),
    investorId: id("The investor."),
    reference: z.string().meta({ description: "Reference of the investor." }),
    classId: id("The share class."),
    isin: z.string().meta({ description: "ISIN of the class." }),
    kind: z.enum(LINE_KINDS).meta({
      description:
        "What was held before the first day, a change, an order that moved no units, or what is held in the end.",
    }),
    date: date(
      "Value date; of the opening the day before the first one, of the closing the last, of an order its dealing date.",
    ),
    description: z.string().nullable().meta({
      description: "Of a movement: what was posted. Of an order: what was ordered.",
    }),
    units: decimal("Of a movement: units that came, or below zero those that went.").nullable(),
    balance: decimal("Units held behind it."),
    price: decimal(
      "NAV per unit: of a movement that of its order, else the last one up to the date.",
    ).nullable(),
    navDate: date("Of opening and closing: the date of that NAV.").nullable(),
    currency: currency("The class's currency."),
    amount: decimal(
      "Of a movement what its order came to, of an order what was ordered; of opening and closing the units at that NAV.",
    ).nullable(),
    charge: decimal("The charge on the order.").nullable(),
    reason: z.enum(LINE_REASONS).nullable().meta({
      description: "Why opening or closing have no worth, or an order moved no units.",
    }),
  })
  .meta({
    id: "InvestorStatementLine",
    description: "A line of the statement of an investor's account of a class.",
  });
type StatementLine = z.output<typeof statementLine>;

const STATEMENT_COLUMNS = columnsOf<StatementLine>(statementLine);

const toStatementLine = (line: InvestorStatementLineFieldsFragment): StatementLine => ({
  accountId: line.account.id,
  investorId: line.investor.id,
  reference: line.investor.reference,
  classId: line.shareClass.id,
  isin: line.shareClass.isin,
  kind: line.kind,
  date: line.date,
  description: line.description,
  units: line.units,
  balance: line.balance,
  price: line.price,
  navDate: line.navDate,
  currency: line.shareClass.currency,
  amount: line.amount?.amount ?? null,
  charge: line.charge?.amount ?? null,
  reason: line.reason,
});

/** GET /api/v1/investor-statements: the statements of all investors of a fund. */
export const getInvestorStatements = defineTable({
  path: "/api/v1/investor-statements",
  operations: [RestInvestorStatementsDocument],
  access: { scopes: ["ledger:read"] },
  docs: {
    operationId: "getInvestorStatements",
    tag: "Funds",
    summary: "Read the statements of all investors of a fund",
    description: `Line behind line: of each account its opening, its movements by value date, its orders that moved no units, and its closing, without accounts that had no units and no order; nothing of the person. All pages show the position of the book that the first one read. ${TABLE_DOCS}`,
    refusals: ["FUND_NOT_FOUND", "SHARE_CLASS_NOT_FOUND"],
  },
  item: statementLine,
  page: { id: "InvestorStatementPage", of: "lines" },
  columns: STATEMENT_COLUMNS,
  parameters: {
    fundId: id("The fund."),
    from: date("First value date of the movements."),
    to: date("Last value date of the movements."),
    classId: id("Only accounts of this class.").optional(),
  },
  toItem: toStatementLine,
  read: async (query, execute) => {
    const { fund } = await execute(RestInvestorStatementsDocument, query);
    return requireFound(fund, "FUND_NOT_FOUND", query.fundId).investorStatementLines;
  },
});
