import { afterAll, beforeAll, expect, it } from "vitest";
import { CASH, FUND } from "../fake-graph/sample-values.fixture.ts";
import { openService, posting, sendJson, type OpenService } from "../service.fixture.ts";

const CSV = { headers: { accept: "text/csv" } };
const HEADER =
  "id,transactionId,fundId,position,effectiveDate,recordedAt,description,reference,accountId,accountCode,accountName,side,amount,currency,balanceAfter";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
  for (const description of ["Fee, June", "=2+3", "Last"]) {
    await service.send("/api/v1/transactions", sendJson("POST", posting({ description })));
  }
});
afterAll(() => service.close());

interface Page {
  readonly items: { readonly id: string }[];
  readonly nextCursor: string | null;
}

it("returns each entry once when the pages are followed by nextCursor", async () => {
  const ids: unknown[] = [];
  let after = "";
  let pages = 0;
  for (; after !== "end"; pages++) {
    const path = `/api/v1/ledger?fundId=${FUND}&first=4${after === "" ? "" : `&after=${after}`}`;
    const page = (await service.send(path)).json() as unknown as Page;
    ids.push(...page.items.map(({ id }) => id));
    after = page.nextCursor ?? "end";
  }
  expect(pages).toBe(2);
  expect(new Set(ids).size).toBe(6);
});

it("links to the next page with the same filter", async () => {
  const first = await service.send(`/api/v1/ledger?fundId=${FUND}&first=5`);
  const link = first.headers.get("link") ?? "";
  const next = /^<([^>]+)>; rel="next"$/.exec(link)?.[1] ?? "";
  const last = await service.send(next);

  expect(last.json()).toMatchObject({
    items: [{ description: "Last", accountId: CASH }],
    nextCursor: null,
  });
  expect(last.headers.get("link")).toBeNull();
});

it("answers in CSV that is safe to open in a spreadsheet when the client accepts CSV", async () => {
  const answer = await service.send(`/api/v1/ledger?fundId=${FUND}`, CSV);
  const lines = answer.text.split("\r\n");

  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(answer.headers.get("vary")).toBe("accept, authorization, accept-encoding");
  expect(lines).toHaveLength(8);
  expect(lines[0]).toBe(HEADER);
  expect(lines[1]).toContain('"Fee, June"');
  expect(lines[3]).toContain("'=2+3,");
  expect(lines[2]).toContain(`"'=HYPERLINK(""evil"")"`);
  expect(lines[2]).toMatch(/,CREDIT,10\.00,EUR,-10\.00$/);
});

it("answers in the media type that the client prefers", async () => {
  const headers = { accept: "text/csv;q=0.5, application/json" };
  const answer = await service.send("/api/v1/ledger", { headers });
  expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
});
