import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openService, type OpenService } from "../service.fixture.ts";
import { BOOK } from "../small-subgraphs.fixture.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());
beforeEach(() => {
  for (const subgraph of Object.values(service.subgraphs)) {
    subgraph.reached = 5;
    subgraph.requests.length = 0;
  }
});

const FUND = '{ fund(id: "1") { name metrics { value } } }';
const at = (position: number) => ({ headers: { "allfunds-position": `${BOOK}:${position}` } });

it("returns the position that a mutation wrote, in the extensions and as a header", async () => {
  const { headers, extensions } = await service.run(
    'mutation { renameFund(id: "1", name: "New") { name } }',
  );
  expect(extensions).toMatchObject({ position: `${BOOK}:6` });
  expect(headers.get("allfunds-position")).toBe(`${BOOK}:6`);
});

it("sends a client's position to every subgraph, and returns the newest that they read", async () => {
  service.subgraphs.metrics.reached = 7;
  const { data, errors, headers } = await service.run(FUND, at(4));
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ fund: { name: "Fund 1", metrics: { value: 11 } } });
  expect(headers.get("allfunds-position")).toBe(`${BOOK}:7`);
  const { ledger, metrics } = service.subgraphs;
  for (const { requests } of [ledger, metrics])
    expect(requests[0]?.positions).toEqual(new Map([[BOOK, 4]]));
});

it("answers the fields of a subgraph that stays behind with CONSISTENCY_TIMEOUT", async () => {
  service.subgraphs.metrics.reached = 4;
  const { data, errors } = await service.run(FUND, at(5));
  expect(data).toEqual({ fund: { name: "Fund 1", metrics: null } });
  expect(errors).toMatchObject([
    { extensions: { code: "CONSISTENCY_TIMEOUT", service: "metrics" } },
  ]);
});

it("refuses a malformed position with INVALID_INPUT before any subgraph is asked", async () => {
  const { status, errors } = await service.run(FUND, { headers: { "allfunds-position": "5" } });
  expect([status, errors?.[0]?.extensions["code"]]).toEqual([400, "INVALID_INPUT"]);
  expect(service.subgraphs.ledger.requests).toEqual([]);
});

it("takes the position of a socket from connection_init", async () => {
  const client = service.connect({ "allfunds-position": `${BOOK}:5` });
  const answers = client.iterate({ query: FUND });
  const { value } = await answers.next();
  await client.dispose();
  expect(value).toMatchObject({ extensions: { position: `${BOOK}:5` } });
  expect(service.subgraphs.metrics.requests[0]?.positions).toEqual(new Map([[BOOK, 5]]));
});
