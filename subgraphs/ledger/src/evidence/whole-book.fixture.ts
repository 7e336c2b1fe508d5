import { createHash } from "node:crypto";
import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { tenantBookOf } from "../engine/log-sql.ts";
import { administerCommands } from "../slices/fund-terms/administered-fund.fixture.ts";
import { valuationCommands } from "../slices/valuations/valuations.fixture.ts";
import { openSmallFund, payIn, type SmallFund } from "../ledger-database.fixture.ts";
import { signedIn } from "../ledger-graph.fixture.ts";
import type { BookCommand, BookRequest, Books } from "../slices/model.ts";
import { fundOrders, tenantInvestors } from "./whole-orders.fixture.ts";
import { fundPrices, portfolioCommands, tenantFacts } from "./whole-portfolio.fixture.ts";
import { approveTogether } from "./whole-approvals.fixture.ts";
import { statementRequests } from "./whole-statement.fixture.ts";
import { runIdOf } from "../slices/journal-templates/journal-template.ts";
import type { PostTransaction } from "../slices/transactions/transaction.ts";

/** A fund in whose book something of everything has happened. */
export interface WholeBook extends SmallFund {
  readonly tenantId: string;
  /** The tenant's own book, which has a limit. */
  readonly tenantBookId: string;
}

const DAY_MS = 86_400_000;

/** Every type of event, and a row in every table; limits of the fund and of its tenant are in force at the end. */
export async function writeWholeBook(books: Books, tenantId = newId()): Promise<WholeBook> {
  const as = (name: string, later = 0): RequestContext => {
    const context = signedIn(name, { overrides: { tenantId } });
    return { ...context, now: new Date(context.now.getTime() + later) };
  };
  const ann = as("ann");
  const fund = await openSmallFund(books, ann);
  const { fundId } = fund;
  const request = (command: BookCommand): BookRequest => ({
    bookId: fundId,
    command,
    key: undefined,
    content: null,
  });
  for (let n = 1; n <= 6; n += 1) {
    const metadata = { "ä/ß\u2028": [1e21, -0.5, null, { b: "\\", a: true }] };
    const paid = payIn(fund, `${n}0.10`, { key: `key ${n}`, metadata, reference: `ref ${n}` });
    await books.execute(ann, paid);
  }
  for (const command of holdsAndReversals(fund)) await books.execute(ann, request(command));
  for (const command of accountsAndPeriods(fund)) {
    await books.execute(ann, request(command));
  }
  await attach(books, fund, ann);
  const counterparty = newId();
  await books.execute(
    ann,
    request({
      kind: "SetCounterparty",
      fundId,
      counterpartyId: counterparty,
      replaces: 0,
      name: "A supplier",
      ibans: ["DE02120300000000202051"],
      note: null,
      isClosed: false,
    }),
  );
  await books.execute(
    ann,
    request({ kind: "SetValueDateLimits", fundId, daysBehind: 400, daysAhead: 90 }),
  );
  for (const command of journals(fund)) await books.execute(ann, request(command));
  for (const each of statementRequests(fund)) await books.execute(ann, each);
  for (const command of administerCommands(fundId)) await books.execute(ann, request(command));
  for (const [by, command] of valuationCommands(fundId)) {
    await books.execute(as(by), request(command));
  }
  for (const command of portfolioCommands(fundId)) await books.execute(ann, request(command));
  // The hold that ends by itself does so now.
  await books.execute(as("ann", DAY_MS), request({ kind: "ExpireHolds", fundId }));
  const tenantBookId = tenantBookOf(tenantId);
  await books.execute(as("boss", DAY_MS), {
    bookId: tenantBookId,
    command: { kind: "SetApprovalLimit", fundId: null, currency: "USD", amount: "7.00" },
    key: undefined,
    content: null,
  });
  for (const command of tenantFacts(tenantId)) {
    const recorded = { bookId: tenantBookId, command, key: undefined, content: null };
    await books.execute(as("boss", DAY_MS), recorded);
  }
  const project = { fundId: null, dimension: "project" } as const;
  for (const command of [
    {
      kind: "SetDimension",
      ...project,
      replaces: 0,
      name: "Project",
      isActive: true,
      requiredTypes: ["EXPENSE"],
      requiredCodes: ["6"],
    },
    {
      kind: "SetDimensionValues",
      ...project,
      values: [{ value: "A", name: "First", isActive: true }],
    },
  ] satisfies BookCommand[]) {
    const set = { bookId: tenantBookId, command, key: undefined, content: null };
    await books.execute(as("boss", DAY_MS), set);
  }
  await books.execute(as("boss", DAY_MS), request(fundPrices(fundId)));
  await books.execute(
    as("boss", DAY_MS),
    request({ kind: "SetApprovalLimit", fundId, currency: "EUR", amount: "100.00" }),
  );
  await propose(books, fund, (name) => as(name, DAY_MS));
  await closeYears(books, fund, (name) => as(name, DAY_MS));
  const october = as("ann", 110 * DAY_MS);
  for (const command of tenantInvestors()) {
    await books.execute(october, { bookId: tenantBookId, command, key: undefined, content: null });
  }
  for (const command of fundOrders(fundId, october.now)) {
    await books.execute(october, request(command));
  }
  const dayLimit = { currency: "EUR", amount: "1000.00", per: "DAY" } as const;
  await books.execute(
    as("boss", 110 * DAY_MS),
    request({ kind: "SetApprovalLimit", fundId, ...dayLimit }),
  );
  await approveTogether(books, fund, (name) => as(name, 110 * DAY_MS));
  const dimensions = { project: "A", counterparty };
  const entries = [
    { accountId: fund.bank, side: "DEBIT", amount: "1.00", dimensions },
    { accountId: fund.capital, side: "CREDIT", amount: "1.00" },
  ] as const;
  await books.execute(october, payIn(fund, "1.00", { entries }));
  return { ...fund, tenantId, tenantBookId };
}

function holdsAndReversals({ fundId, bank: accountId, capital }: SmallFund): BookCommand[] {
  const [captured, voided, expiring, open] = [newId(), newId(), newId(), newId()];
  const transactionId = newId();
  const text = { description: "Held", reference: null, metadata: {} };
  const hold = { kind: "PlaceHold", fundId, accountId, contraAccountId: capital, ...text } as const;
  const soon = new Date("2026-06-30T13:00:00.000Z");
  const effectiveDate = "2026-06-30";
  return [
    { kind: "SetAccountFloor", fundId, accountId, minimumBalance: "-10.00" },
    { ...hold, holdId: captured, amount: "5.00", expiresAt: null },
    { ...hold, holdId: voided, amount: "6.00", expiresAt: null },
    { ...hold, holdId: expiring, amount: "7.00", expiresAt: soon },
    { ...hold, holdId: open, amount: "8.00", expiresAt: null },
    {
      kind: "CaptureHold",
      fundId,
      accountId,
      ...text,
      holdId: captured,
      amount: "2.00",
      releaseRest: false,
      transactionId,
      effectiveDate,
    },
    { kind: "VoidHold", fundId, accountId, holdId: voided, reason: "Not needed" },
    {
      kind: "ReverseTransaction",
      fundId,
      ...text,
      reverses: transactionId,
      transactionId: newId(),
      amount: "1.00",
      effectiveDate,
    },
  ];
}

/** A transaction with a file and a comment. */
async function attach(books: Books, fund: SmallFund, ann: RequestContext): Promise<void> {
  const { fundId } = fund;
  const [transactionId, attachmentId, commentId] = [newId(), newId(), newId()];
  await books.execute(ann, payIn(fund, "0.01", { transactionId }));
  const content = Buffer.from("an invoice");
  const sha256 = createHash("sha256").update(content).digest("hex");
  const file = { name: "invoice.txt", mediaType: "text/plain", size: content.length } as const;
  const of = { fundId, transactionId };
  const commands: BookCommand[] = [
    { kind: "AttachFile", ...of, attachmentId, ...file, sha256 },
    { kind: "AddComment", ...of, commentId, text: "Seen" },
  ];
  for (const command of commands) {
    await books.execute(ann, { bookId: fundId, command, key: undefined, content: null });
  }
}

/** A template with a day that was posted and one left out, and an accrual. */
function journals({ fundId, bank, capital }: SmallFund): BookCommand[] {
  const templateId = newId();
  const text = { description: "Rent", reference: null, metadata: {} };
  const entries = [
    { accountId: bank, side: "DEBIT", amount: "1.00" },
    { accountId: capital, side: "CREDIT", amount: "1.00" },
  ] as const;
  const date = "2026-04-30";
  const { reference: _reference, ...content } = text;
  return [
    {
      ...content,
      kind: "SetJournalTemplate",
      fundId,
      templateId,
      replaces: 0,
      name: "Rent",
      entries,
      frequency: "MONTHLY",
      dayOfMonth: 31,
      firstDate: "2026-04-01",
      lastDate: "2026-12-31",
      reversal: null,
      isPaused: false,
    },
    {
      ...text,
      kind: "RunJournalTemplate",
      fundId,
      templateId,
      transactionId: runIdOf(templateId, date),
      effectiveDate: date,
      entries,
    },
    { kind: "SkipJournalRun", fundId, templateId, date: "2026-05-31", reason: "Paid before" },
    {
      ...text,
      kind: "PostTransaction",
      fundId,
      transactionId: newId(),
      effectiveDate: "2026-06-30",
      source: { kind: "ACCRUAL", reversesOn: "2026-07-01" },
      entries,
    },
  ];
}

function accountsAndPeriods({ fundId, bank: accountId, capital }: SmallFund): BookCommand[] {
  const [empty, reopened, importId] = [newId(), newId(), newId()];
  const change = { fundId, reason: "Under review" };
  return [
    {
      kind: "OpenAccount",
      fundId,
      accountId: empty,
      code: "EMPTY",
      name: "Empty",
      type: "EXPENSE",
      currency: "USD",
      minimumBalance: "-1.00",
    },
    {
      kind: "RenameAccount",
      fundId,
      accountId: empty,
      name: "Nothing yet",
      parentId: null,
      metadata: { b: [1, null], a: "ä" },
    },
    { kind: "ClassifyAccount", fundId, accountId: capital, class: "OPENING_BALANCES" },
    {
      kind: "RecordOpeningBalances",
      fundId,
      transactionId: newId(),
      effectiveDate: "2026-06-30",
      balances: [{ accountId, side: "DEBIT", amount: "1.00" }],
      reason: "Taken over",
      description: "Opening balances: Taken over",
      reference: null,
      metadata: {},
    },
    { kind: "FreezeAccount", ...change, accountId: capital },
    { kind: "UnfreezeAccount", ...change, accountId: capital },
    { kind: "CloseAccount", ...change, accountId: empty },
    { kind: "ClosePeriod", fundId, periodId: reopened, from: undefined, to: "2026-03-31" },
    { kind: "ReopenPeriod", fundId, periodId: reopened, reason: "Something was left out" },
    { kind: "ClosePeriod", fundId, periodId: newId(), from: "2026-01-01", to: "2026-01-31" },
    {
      kind: "AdjustBalance",
      fundId,
      accountId,
      balance: "300.00",
      reason: "Counted",
      effectiveDate: "2026-06-30",
      contra: {
        own: { freshId: newId(), code: "ADJUST", name: "Adjustments", type: "EQUITY" },
      },
      transactionId: newId(),
    },
    {
      kind: "PostStatementLine",
      fundId,
      transactionId: newId(),
      accountId,
      amountMinor: -1_200n,
      effectiveDate: "2026-06-30",
      description: "Fee",
      reference: "BANK",
      counterparty: "A supplier",
      metadata: { importId },
      importId,
      contra: { own: { freshId: newId(), code: "FEES", name: "Fees", type: "EXPENSE" } },
    },
    {
      kind: "RecordImport",
      fundId,
      accountId,
      importId,
      currency: "EUR",
      format: "CSV",
      iban: "DE02120300000000202051",
      importedAt: new Date("2026-06-30T12:00:00.000Z"),
      lines: 4,
      posted: 1,
      proposed: 1,
      duplicates: 1,
      possibleDuplicates: 1,
      skipped: 2,
      openingMinor: 30_000n,
      closingMinor: 28_800n,
    },
  ];
}

/** A year that was closed and reopened, and one that stays closed. */
async function closeYears(
  books: Books,
  fund: SmallFund,
  as: (name: string) => RequestContext,
): Promise<void> {
  const { fundId, bank } = fund;
  const [income, retained] = [newId(), newId()];
  const send = (command: BookCommand, name = "ann") =>
    books.execute(as(name), { bookId: fundId, command, key: undefined, content: null });
  const open = { kind: "OpenAccount", fundId, currency: undefined } as const;
  await send({ ...open, accountId: income, code: "EARNED", name: "Earned", type: "INCOME" });
  await send({ ...open, accountId: retained, code: "RETAINED", name: "Kept", type: "EQUITY" });
  const accountClass = "RETAINED_EARNINGS";
  await send({ kind: "ClassifyAccount", fundId, accountId: retained, class: accountClass });
  const text = { description: "Year", reference: null, metadata: {} };
  await send({
    ...text,
    kind: "PostTransaction",
    fundId,
    transactionId: newId(),
    effectiveDate: "2025-06-30",
    source: { kind: "API" },
    entries: [
      { accountId: bank, side: "DEBIT", amount: "2.00" },
      { accountId: income, side: "CREDIT", amount: "2.00" },
    ],
  });
  const to = "2025-12-31";
  const closed = await send({
    kind: "ClosePeriod",
    fundId,
    periodId: newId(),
    from: undefined,
    to,
  });
  const year = { ...text, fundId, effectiveDate: to };
  const closeYear = async (): Promise<string> => {
    const command: BookCommand = {
      ...year,
      kind: "CloseYear",
      transactionId: newId(),
      readAt: closed.at(-1)?.position ?? 0,
      balances: [{ accountId: income, side: "DEBIT", amount: "2.00" }],
    };
    const request = { bookId: fundId, command, key: undefined, content: null };
    const [verdict] = await books.executeEach(as("ann"), fundId, [request], false);
    if (verdict === undefined || verdict.accepted) throw new Error("it should wait");
    const proposalId = verdict.refusal.proposalId ?? "";
    const totals = [{ currency: "EUR", amountMinor: 200n }];
    const proposed = { command: { ...command }, totals };
    await send({ kind: "ApproveProposal", fundId, proposalId, proposed }, "bob");
    return command.transactionId;
  };
  const reopens = await closeYear();
  await send({ ...year, kind: "ReopenYear", reopens, transactionId: newId() });
  await closeYear();
}

/** One proposal that waits, and one decided in each way. */
async function propose(
  books: Books,
  fund: SmallFund,
  as: (name: string) => RequestContext,
): Promise<void> {
  const { fundId } = fund;
  const submit = async (): Promise<{ posting: PostTransaction; proposalId: string }> => {
    const request = payIn(fund, "100.01", { key: newId() });
    const [verdict] = await books.executeEach(as("ann"), fundId, [request], false);
    if (verdict === undefined || verdict.accepted) throw new Error("it should wait");
    const proposalId = verdict.refusal.proposalId ?? "";
    return { posting: request.command as PostTransaction, proposalId };
  };
  const decide = (name: string, command: BookCommand) =>
    books.execute(as(name), { bookId: fundId, command, key: undefined, content: null });
  const { posting, proposalId } = await submit();
  const totals = [{ currency: "EUR", amountMinor: 10_001n }];
  const proposed = { command: { ...posting }, totals };
  await decide("bob", { kind: "ApproveProposal", fundId, proposalId, proposed });
  const rejected = (await submit()).proposalId;
  await decide("bob", { kind: "RejectProposal", fundId, proposalId: rejected, reason: "No" });
  const withdrawn = (await submit()).proposalId;
  await decide("ann", { kind: "WithdrawProposal", fundId, proposalId: withdrawn });
  await submit();
}
