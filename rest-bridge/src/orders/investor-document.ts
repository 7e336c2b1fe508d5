import type { Execute } from "../endpoint/endpoint.ts";
import {
  RestInvestorPersonDocument,
  type RestInvestorPersonQuery,
} from "../graph/graph-types.generated.ts";
import { orderNote, statementNotes, type StatementHolding } from "./investor-statement.ts";
import type { Order } from "./order.ts";
import { writePdf, type PdfDocument } from "@allfunds/platform/documents/pdf";

export const PDF_TYPE = "application/pdf";

/** Whether the caller may see the names of investors. */
interface Reader {
  readonly caller?: { readonly scopes: readonly string[] } | undefined;
}

type Facts = PdfDocument["facts"];

/** Who a document is for: the reference, and the person for a caller who may see it. */
async function addressee(
  investor: { readonly id: string; readonly reference: string },
  execute: Execute,
  { caller }: Reader,
): Promise<Facts> {
  const facts: Facts = [["Investor", investor.reference]];
  if (caller?.scopes.includes("investors:read") !== true) return facts;
  const data = await execute(RestInvestorPersonDocument, { id: investor.id });
  return [...facts, ...personFacts(data.investor?.person ?? null)];
}

type Person = NonNullable<RestInvestorPersonQuery["investor"]>["person"];

const personFacts = (person: Person): Facts =>
  person === null
    ? []
    : [
        ["Name", person.name],
        ...(person.address === null ? [] : [["Address", person.address] as const]),
      ];

/** The statement of an investor as PDF: what is held, what it is worth at the last NAV, and every order. */
export async function statementPdf(
  investor: {
    readonly id: string;
    readonly reference: string;
    readonly asOf: string | undefined;
    readonly holdings: readonly StatementHolding[];
  },
  orders: readonly Order[],
  execute: Execute,
  reader: Reader,
): Promise<Uint8Array> {
  const { id, reference, asOf, holdings } = investor;
  const notes = statementNotes(holdings, orders).map((text) => ["Note", text] as const);
  const person = await addressee({ id, reference }, execute, reader);
  return writePdf({
    title: "Statement of holdings and orders",
    facts: [...person, ["As of", asOf ?? "now"], ...notes],
    tables: [
      {
        title: "Holdings",
        empty: "No units are held.",
        columns: [
          { name: "Class", width: 4 },
          { name: "ISIN", width: 2.4 },
          { name: "Units", width: 2.4, isFigure: true },
          { name: "NAV date", width: 2 },
          { name: "NAV per unit", width: 2, isFigure: true },
          { name: "Value", width: 2.4, isFigure: true },
          { name: "", width: 0.8 },
        ],
        rows: holdings.map(toHoldingRow),
      },
      {
        title: "Orders",
        empty: "No orders were placed.",
        columns: ORDER_COLUMNS,
        rows: orders.map(toOrderRow),
      },
      ...notDealt(orders),
    ],
  });
}

const toHoldingRow = ({
  className,
  isin,
  units,
  navDate,
  navPerUnit,
  value,
  currency,
}: StatementHolding): string[] => [
  className,
  isin,
  units,
  navDate ?? "",
  navPerUnit ?? "no NAV yet",
  value ?? "",
  currency,
];

/** Why orders moved no units, each with a sentence. */
function notDealt(orders: readonly Order[]): PdfDocument["tables"] {
  const rows = orders.flatMap((order) => {
    const note = orderNote(order);
    return note === null ? [] : [[order.dealingDate, order.kind, order.isin, note]];
  });
  if (rows.length === 0) return [];
  const columns = [
    { name: "Dealing date", width: 2 },
    { name: "Order", width: 2.6 },
    { name: "ISIN", width: 2.6 },
    { name: "Why it moved no units", width: 11 },
  ];
  return [{ title: "Orders without units", columns, rows }];
}

const ORDER_COLUMNS = [
  { name: "Dealing date", width: 2 },
  { name: "Order", width: 2.6 },
  { name: "ISIN", width: 2.6 },
  { name: "State", width: 2.2 },
  { name: "Units", width: 2.2, isFigure: true },
  { name: "Price", width: 2, isFigure: true },
  { name: "Amount", width: 2.4, isFigure: true },
  { name: "Charge", width: 1.8, isFigure: true },
  { name: "", width: 0.8 },
];

const toOrderRow = (order: Order): string[] => [
  order.dealingDate,
  order.kind,
  order.isin,
  order.state,
  order.dealtUnits ?? order.units ?? "",
  order.price ?? "",
  order.dealtAmount ?? order.amount ?? "",
  order.charge ?? "",
  order.currency,
];

/** The contract note of an order that was dealt, as PDF. */
export async function contractNotePdf(
  order: Order,
  reference: string,
  execute: Execute,
  reader: Reader,
): Promise<Uint8Array> {
  const person = await addressee({ id: order.investorId, reference }, execute, reader);
  const inCurrency = (amount: string | null): string =>
    amount === null ? "" : `${amount} ${order.currency}`;
  const facts: Facts = [
    ...person,
    ["Order", order.reference ?? order.id],
    ["Kind", order.leg === null ? order.kind : `${order.kind} ${order.leg}`],
    ["Share class", order.isin],
    ["Received", order.receivedAt],
    ["Dealing date", order.dealingDate],
    ["Units", order.dealtUnits ?? ""],
    ["NAV per unit", inCurrency(order.price)],
    ["Amount", inCurrency(order.dealtAmount)],
    ["Charge", inCurrency(order.charge)],
    ["Settlement date", order.settlementDate],
    ["Settled", inCurrency(order.settled)],
    ["Open", inCurrency(order.open)],
  ];
  return writePdf({ title: "Contract note", facts, tables: [] });
}
