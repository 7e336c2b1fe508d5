import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { PATIENTLY } from "../../ledger-database.fixture.ts";
import {
  ask,
  codeOf,
  openFund,
  openService,
  send,
  type OpenedFund,
  type TestService,
} from "../../service.fixture.ts";

const POST = "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }";

const SEARCH = `query ($id: ID!, $text: String, $reference: String, $amountFrom: Decimal,
    $amountTo: Decimal, $metadata: JSON, $first: Int, $after: Cursor) {
  fund(id: $id) {
    search(text: $text, reference: $reference, amountFrom: $amountFrom, amountTo: $amountTo,
        metadata: $metadata, first: $first, after: $after) {
      nodes { description }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

let service: TestService;
let fund: OpenedFund;

beforeAll(async () => {
  service = await openService();
  fund = await openFund(service);
  await post("Rent for March, Straße 5", "9.99", { reference: "INV-0001" });
  await post("Rent for April", "10.00", { metadata: { tags: ["home"], who: { id: 7 } } });
  await post("Café rental", "1000.00", { reference: "inv-0002", metadata: { who: { id: "7" } } });
});
afterAll(() => service.close());

async function post(description: string, amount: string, more: object = {}): Promise<void> {
  const entries = [
    { accountId: fund.bank, side: "DEBIT", amount },
    { accountId: fund.capital, side: "CREDIT", amount },
  ];
  const { fundId } = fund;
  const input = { fundId, effectiveDate: "2026-03-01", description, entries, ...more };
  await ask(service, POST, { input });
}

interface Page {
  readonly fund: {
    readonly search: {
      readonly nodes: readonly { readonly description: string }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    };
  };
}

/** A search gives up after three seconds; a machine under load may need more to make its read model. */
const search = (what: object): Promise<Page["fund"]["search"]> =>
  vi.waitFor(async () => {
    const found = await ask<Page>(service, SEARCH, { id: fund.fundId, ...what });
    return found.fund.search;
  }, PATIENTLY);

const find = async (what: object): Promise<string[]> =>
  (await search(what)).nodes.map(({ description }) => description);

const [MARCH, APRIL, CAFE] = ["Rent for March, Straße 5", "Rent for April", "Café rental"];

test.each<[what: object, found: (string | undefined)[]]>([
  [{ text: "rent" }, [CAFE, APRIL, MARCH]],
  [{ text: "RENT for" }, [APRIL, MARCH]],
  [{ text: "straße" }, [MARCH]],
  [{ text: "cafe\u0301" }, [CAFE]],
  [{ text: "inv" }, [CAFE, MARCH]],
  [{ text: "ent" }, []],
  [{ reference: "Inv-0002" }, [CAFE]],
  [{ reference: "INV" }, []],
  [{ amountFrom: "10", amountTo: "10.00" }, [APRIL]],
  [{ amountFrom: "9.991" }, [CAFE, APRIL]],
  [{ amountTo: "10" }, [APRIL, MARCH]],
  [{ metadata: { who: { id: 7 } } }, [APRIL]],
  [{ metadata: { tags: ["home"], who: { id: 7 } } }, [APRIL]],
  [{ metadata: { who: { id: 8 } } }, []],
  [{ text: "rent", amountFrom: "500" }, [CAFE]],
])("%j finds what fits, and nothing else", async (what, found) => {
  expect(await find(what)).toEqual(found);
});

test("what was just posted is found", async () => {
  for (let n = 1; n <= 3; n += 1) {
    await post(`Fresh number ${n}`, "3.00");
    expect(await find({ text: `fresh ${n}` })).toEqual([`Fresh number ${n}`]);
  }
});

test("pages follow each other without gap or repeat", async () => {
  const seen: string[] = [];
  let after: string | undefined;
  for (;;) {
    const { nodes, pageInfo } = await search({ text: "rent", first: 1, after });
    seen.push(...nodes.map(({ description }) => description));
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  expect(seen).toEqual([CAFE, APRIL, MARCH]);
});

test("a search for nothing, or for what is no amount, is refused", async () => {
  for (const what of [{}, { text: " , " }, { amountFrom: "-1" }]) {
    const answer = await send(service, SEARCH, { id: fund.fundId, ...what });
    expect(codeOf(answer)).toBe("INVALID_INPUT");
  }
});
