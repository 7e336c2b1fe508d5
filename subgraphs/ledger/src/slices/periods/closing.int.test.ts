import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
} from "../../ledger-database.fixture.ts";
import {
  ask,
  codeOf,
  openFund,
  openService,
  send,
  type OpenedFund,
  type TestService,
} from "../../service.fixture.ts";

let service: TestService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const post = async ({ fundId, bank, capital }: OpenedFund, effectiveDate: string) =>
  codeOf(
    await send(
      service,
      "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }",
      {
        input: {
          fundId,
          effectiveDate,
          description: "Paid in",
          entries: [
            { accountId: bank, side: "DEBIT", amount: "10.00" },
            { accountId: capital, side: "CREDIT", amount: "10.00" },
          ],
        },
      },
    ),
  );

test("a closed period is closed for an instance that has not seen it close", async () => {
  const database = await createLedgerDatabase();
  try {
    const { books } = openBooks(database);
    const fund = await openSmallFund(books);
    await books.execute(fund.context, {
      bookId: fund.fundId,
      command: {
        kind: "ClosePeriod",
        fundId: fund.fundId,
        periodId: newId(),
        from: undefined,
        to: "2026-06-30",
      },
      key: undefined,
      content: null,
    });
    await expect(
      openBooks(database).books.execute(fund.context, payIn(fund, "1.00")),
    ).rejects.toMatchObject({ code: "POSTING_PERIOD_CLOSED" });
  } finally {
    await database.drop();
  }
});

describe("closing through the graph", () => {
  test("periods refuse, reopen with a reason and are listed", async () => {
    const fund = await openFund(service);
    const { closePeriod } = await ask<{ closePeriod: { id: string } }>(
      service,
      'mutation ($id: ID!) { closePeriod(input: { fundId: $id, to: "2026-06-30" }) { id from to reopenedAt } }',
      { id: fund.fundId },
    );
    expect(closePeriod).toMatchObject({ from: null, to: "2026-06-30", reopenedAt: null });
    expect(await post(fund, "2026-06-30")).toBe("POSTING_PERIOD_CLOSED");
    expect(await post(fund, "2026-07-01")).toBe("ok");
    await ask(
      service,
      'mutation ($fund: ID!, $id: ID!) { reopenPeriod(input: { fundId: $fund, periodId: $id, reason: "Late" }) { id } }',
      { fund: fund.fundId, id: closePeriod.id },
    );
    expect(await post(fund, "2026-06-30")).toBe("ok");
    const { fund: read } = await ask<{ fund: unknown }>(
      service,
      "query ($id: ID!) { fund(id: $id) { periods { nodes { id to reopenReason } } } }",
      { id: fund.fundId },
    );
    expect(read).toEqual({
      periods: { nodes: [{ id: closePeriod.id, to: "2026-06-30", reopenReason: "Late" }] },
    });
  });

  test("accounts freeze, unfreeze and close", async () => {
    const fund = await openFund(service);
    const change = (mutation: string) =>
      send(
        service,
        `mutation ($id: ID!) { ${mutation}(input: { accountId: $id, reason: "Review" }) { status } }`,
        { id: fund.bank },
      );
    expect((await change("freezeAccount")).data).toEqual({ freezeAccount: { status: "FROZEN" } });
    expect(await post(fund, "2026-06-30")).toBe("ACCOUNT_FROZEN");
    expect((await change("unfreezeAccount")).data).toEqual({
      unfreezeAccount: { status: "OPEN" },
    });
    expect(await post(fund, "2026-06-30")).toBe("ok");
    expect(codeOf(await change("closeAccount"))).toBe("ACCOUNT_NOT_EMPTY");
  });
});
