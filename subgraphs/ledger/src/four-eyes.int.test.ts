import { authenticationShape, createAuthentication } from "@allfunds/platform/auth";
import { loadConfig } from "@allfunds/platform/config";
import {
  createTestIssuer,
  type TestIssuer,
  type TestTokenOptions,
} from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { quiet } from "./ledger-database.fixture.ts";
import { codeOf, openService, OPEN_ACCOUNT, send, type TestService } from "./service.fixture.ts";

let issuer: TestIssuer;
let service: TestService;
beforeAll(async () => {
  issuer = await createTestIssuer();
  const config = loadConfig("ledger", authenticationShape, issuer.env);
  service = await openService(createAuthentication(config, quiet));
});
afterAll(async () => {
  await service.close();
  issuer.stop();
});

type Person = TestTokenOptions & { readonly subject: string };
const ADMIN: Person = { subject: "admin", scopes: ["admin", "ledger:read", "ledger:write"] };
const MAKER: Person = { subject: "maker", scopes: ["ledger:read", "ledger:write"], acr: "pwd" };
const CHECKER: Person = { subject: "checker", scopes: ["ledger:read", "ledger:approve"] };
const AUDITOR: Person = { subject: "auditor", scopes: ["ledger:read", "audit:read"] };

async function as(who: Person, query: string, variables: object = {}) {
  return send(service, query, variables, {
    ...(await issuer.headers(who)),
    "x-forwarded-for": "192.0.2.44",
  });
}

async function idOf(who: Person, query: string, variables: object = {}): Promise<string> {
  const { data, errors } = await as(who, query, variables);
  expect(errors).toBeUndefined();
  return (Object.values(data ?? {}) as { id: string }[])[0]?.id ?? "";
}

const openFund = () =>
  idOf(ADMIN, 'mutation { openFund(input: { name: "F", currency: "EUR" }) { id } }');

async function openSmall(): Promise<{ fundId: string; bank: string; capital: string }> {
  const fundId = await openFund();
  const open = (code: string, type: string) =>
    idOf(MAKER, OPEN_ACCOUNT, { input: { fundId, code, name: code, type } });
  return { fundId, bank: await open("BANK", "ASSET"), capital: await open("CAP", "EQUITY") };
}

const POST = "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }";
const paid = (
  { fundId, bank, capital }: Awaited<ReturnType<typeof openSmall>>,
  amount: string,
) => ({
  input: {
    fundId,
    effectiveDate: "2026-06-30",
    description: "Paid in",
    entries: [
      { accountId: bank, side: "DEBIT", amount },
      { accountId: capital, side: "CREDIT", amount },
    ],
  },
});

test("from a limit to what an auditor reads, each user with an own token", async () => {
  const fund = await openSmall();
  const limit = `mutation { setApprovalLimit(input: { fundId: "${fund.fundId}", currency: "EUR", amount: "10.00" }) { amount } }`;
  expect(codeOf(await as({ ...ADMIN, acr: "pwd" }, limit))).toBe("STEP_UP_REQUIRED");
  expect(codeOf(await as({ ...MAKER, acr: "mfa" }, limit))).toBe("FORBIDDEN");
  expect(codeOf(await as(ADMIN, limit))).toBe("ok");

  const waits = await as(MAKER, POST, paid(fund, "10.01"));
  expect(waits.errors?.[0]?.extensions).toMatchObject({ code: "APPROVAL_REQUIRED" });
  const id = waits.errors?.[0]?.extensions.proposalId ?? "";
  const approve = `mutation { approveProposal(id: "${id}") { transaction { id } } }`;
  expect(codeOf(await as({ ...MAKER, acr: "mfa" }, approve))).toBe("FORBIDDEN");
  expect(codeOf(await as({ ...CHECKER, acr: "pwd" }, approve))).toBe("STEP_UP_REQUIRED");
  expect(codeOf(await as({ ...CHECKER, subject: "maker" }, approve))).toBe("FORBIDDEN");
  expect(codeOf(await as({ ...CHECKER, funds: [await openFund()] }, approve))).toBe(
    "PROPOSAL_NOT_FOUND",
  );
  const approved = await as(CHECKER, approve);
  const { transaction } = (approved.data as { approveProposal: { transaction: { id: string } } })
    .approveProposal;

  const auditLog = await as(
    AUDITOR,
    `{ transaction(id: "${transaction.id}") { postedBy { actor acr address } }
       ledgerTrail(fundId: "${fund.fundId}", actor: "maker", first: 2) { nodes { type by { actor acr address } } } }`,
  );
  expect(auditLog.data).toEqual({
    transaction: { postedBy: { actor: "checker", acr: "mfa", address: "192.0.2.44" } },
    ledgerTrail: {
      nodes: [
        // Once, however often the maker tries.
        { type: "ApprovalRefused", by: { actor: "maker", acr: "mfa", address: "192.0.2.44" } },
        {
          type: "TransactionProposed",
          by: { actor: "maker", acr: "pwd", address: "192.0.2.44" },
        },
      ],
    },
  });
});

test("beside a second administrator, as the token has it, an administrator approves a higher limit", async () => {
  const fundId = await openFund();
  const limit = (amount: string) =>
    `mutation { setApprovalLimit(input: { fundId: "${fundId}", currency: "EUR", amount: "${amount}" }) { amount } }`;
  expect(codeOf(await as(ADMIN, limit("10.00")))).toBe("ok");
  expect(codeOf(await as({ ...ADMIN, secondAdministrator: false }, limit("20.00")))).toBe("ok");
  const waits = await as({ ...ADMIN, secondAdministrator: true }, limit("30.00"));
  expect(waits.errors?.[0]?.extensions.code).toBe("APPROVAL_REQUIRED");
  const id = waits.errors?.[0]?.extensions.proposalId ?? "";
  const approve = `mutation { approveChange(id: "${id}") { status } }`;
  expect(codeOf(await as(CHECKER, approve))).toBe("FORBIDDEN");
  const second = { ...CHECKER, subject: "second", scopes: [...(CHECKER.scopes ?? []), "admin"] };
  expect((await as(second, approve)).data).toEqual({ approveChange: { status: "APPROVED" } });
  const auditLog = `{ ledgerTrail(fundId: "${fundId}", first: 20) { nodes { type payload } } }`;
  const { ledgerTrail } = (await as(AUDITOR, auditLog)).data as {
    ledgerTrail: {
      nodes: { type: string; payload: { amount: string; secondAdministrator?: boolean } }[];
    };
  };
  const set = ledgerTrail.nodes.filter(({ type }) => type === "ApprovalLimitSet");
  expect(set.map(({ payload }) => [payload.amount, payload.secondAdministrator])).toEqual([
    ["30.00", undefined],
    ["20.00", false],
    ["10.00", undefined],
  ]);
});

test("a follower with a list of funds receives events of no other", async () => {
  const [mine, other] = [await openSmall(), await openSmall()];
  const events = service.socket.iterate<{
    ledgerEvents: { events: { fundId: string; type: string }[] };
  }>({
    query: "subscription { ledgerEvents { events { fundId type } } }",
    extensions: { headers: await issuer.headers({ ...AUDITOR, funds: [mine.fundId] }) },
  });
  await as(MAKER, POST, paid(other, "1.00"));
  await as(MAKER, POST, paid(mine, "1.00"));
  const received: { fundId: string; type: string }[] = [];
  for await (const { data } of events) {
    received.push(...(data?.ledgerEvents.events ?? []));
    if (received.some(({ type }) => type === "TransactionPosted")) break;
  }
  expect(new Set(received.map(({ fundId }) => fundId))).toEqual(new Set([mine.fundId]));
  expect(received).toHaveLength(4);
});
