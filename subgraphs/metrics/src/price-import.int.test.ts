import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openService } from "./service.fixture.ts";
import type { OpenService } from "./service.fixture.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const JOB = `id kind state progress { done total } error { code message }
  ... on PriceImportJob { uploadId result { rows inserted unchanged corrected refused violations { path } } }`;
const UPLOAD = "id bytes isFinished instrument { id symbol } job { id }";

/** The answer to one field, with the code of its error. */
async function ask(document: string, variables: object = {}) {
  const { data, errors } = await service.execute(document, variables);
  const [value] = Object.values<Record<string, never>>(data ?? {});
  return { value: value ?? {}, code: errors?.[0]?.extensions.code, errors };
}

const start = (symbol: string, csv: object = {}) =>
  ask(
    `mutation ($input: StartPriceImportInput!) { startPriceImport(input: $input) { ${UPLOAD} } }`,
    {
      input: { symbol, currency: "EUR", csv },
    },
  );
const append = (id: string, offset: number, content: string) =>
  ask(
    `mutation ($id: ID!, $offset: SafeInt!, $content: String!) {
      appendPriceImport(id: $id, offset: $offset, content: $content) { ${UPLOAD} } }`,
    { id, offset, content },
  );
const finish = (id: string) =>
  ask(`mutation ($id: ID!) { finishPriceImport(id: $id) { ${JOB} } }`, { id });
const jobOf = async (id: string) =>
  (await ask(`query ($id: ID!) { metricsJob(id: $id) { ${JOB} } }`, { id })).value;
const ends = (id: string, state: string) =>
  vi.waitFor(async () => expect(await jobOf(id)).toMatchObject({ state }), {
    timeout: 60_000,
    interval: 100,
  });

test("a file is uploaded in chunks and imported by a job that is the same when it is repeated", async () => {
  const { value: upload } = await start("CHUNKS");
  const id = String(upload["id"]);
  const lines = Array.from({ length: 500 }, (_, index) => {
    const day = new Date(Date.parse("2020-01-01") + index * 86_400_000).toISOString().slice(0, 10);
    return `${day},${100 + index}`;
  });
  const file = `date,close\n${lines.join("\n")}`;
  expect((await append(id, 0, file.slice(0, 1_000))).value).toMatchObject({ bytes: 1_000 });
  const wrong = await append(id, 900, file.slice(900));
  expect([wrong.code, wrong.errors?.[0]?.message]).toEqual([
    "UPLOAD_OFFSET_MISMATCH",
    expect.stringContaining("1000 bytes"),
  ]);
  expect((await append(id, 1_000, file.slice(1_000))).code).toBeUndefined();
  const { value: job } = await finish(id);
  expect(job).toMatchObject({ kind: "price-import", uploadId: id });
  await ends(job["id"], "SUCCEEDED");
  expect((await finish(id)).value).toMatchObject({
    id: job["id"],
    progress: { done: file.length, total: file.length },
    result: { rows: 500, inserted: 500, refused: 0 },
  });
  const { value: instrument } = await ask(
    `{ instrument(id: "${String(upload["instrument"]?.["id"])}") { prices(first: 1) { nodes { date close } } } }`,
  );
  expect(instrument).toEqual({ prices: { nodes: [{ date: "2020-01-01", close: "100" }] } });
});

test("bars of a currency pair are read page by page, and deleted days as they were known", async () => {
  const content = "date,close\n2024-01-30,1.0\n2024-01-31,2\n2024-02-01,3.50\n";
  const { value: imported } = await ask(
    `mutation ($input: ImportPricesInput!) { importPrices(input: $input) { instrument { id kind baseCurrency } } }`,
    {
      input: {
        symbol: "EURUSD",
        currency: "USD",
        kind: "CURRENCY_PAIR",
        baseCurrency: "EUR",
        content,
      },
    },
  );
  expect(imported["instrument"]).toMatchObject({ kind: "CURRENCY_PAIR", baseCurrency: "EUR" });
  const { id } = imported["instrument"] as unknown as { id: string };
  const bars = async (more: string) =>
    (
      await ask(`{ instrument(id: "${id}") { bars(${more}) {
        nodes { at open close } pageInfo { endCursor } } } }`)
    ).value["bars"] as unknown as { nodes: object[]; pageInfo: { endCursor: string } };
  const first = await bars("interval: MONTH, first: 1");
  expect(first.nodes).toEqual([{ at: "2024-01-01T00:00:00.000Z", open: null, close: "2" }]);
  const next = await bars(`interval: MONTH, first: 1, after: "${first.pageInfo.endCursor}"`);
  expect(next.nodes).toEqual([{ at: "2024-02-01T00:00:00.000Z", open: null, close: "3.50" }]);
  const knownAt = new Date().toISOString();
  const deletion = await ask(
    `mutation { deletePrices(instrumentId: "${id}", from: "2024-01-31", to: "2024-02-29") }`,
  );
  expect(deletion.value).toBe(2);
  expect((await bars("interval: DAY")).nodes).toHaveLength(1);
  expect((await bars(`interval: DAY, knownAt: "${knownAt}"`)).nodes).toHaveLength(3);
  const odd = { symbol: "ODD", currency: "USD", kind: "CURRENCY_PAIR", content };
  const refused = await ask(
    `mutation ($input: ImportPricesInput!) { importPrices(input: $input) { rows } }`,
    { input: odd },
  );
  expect(refused.code).toBe("INVALID_INPUT");
});

test("a file with bad rows fails as a whole, and its job names their lines", async () => {
  const { value: upload } = await start("BAD");
  const id = String(upload["id"]);
  await append(id, 0, "date,close\n2020-01-01,1\n2020-01-02,n.x\n");
  const { value: job } = await finish(id);
  await ends(job["id"], "FAILED");
  expect(await jobOf(job["id"])).toMatchObject({
    error: { code: "INVALID_INPUT", message: expect.stringContaining("1 of 2 rows") },
    result: { refused: 1, inserted: 0, violations: [{ path: "content.line.3" }] },
  });
});

test("an upload is listed, and removed with its chunks when it is cancelled", async () => {
  const { value: upload } = await start("GONE");
  const id = String(upload["id"]);
  await append(id, 0, "date,close\n");
  const list = async () =>
    (await ask("{ priceImports { nodes { id } } }")).value["nodes"] as { id: string }[];
  expect((await list())[0]).toEqual({ id });
  await ask(`mutation { cancelPriceImport(id: "${id}") { id } }`);
  expect((await ask(`{ priceImport(id: "${id}") { id } }`)).value).toEqual({});
  expect((await append(id, 11, "x")).code).toBe("NOT_FOUND");
});

test.each([
  ["an odd symbol", "no symbol", {}],
  ["a format without a day", "ODD", { dateFormat: "YYYY" }],
  ["an unknown zone", "ODD", { dateFormat: "YYYY-MM-DD HH:mm", timeZone: "Mars/Olympus" }],
  ["a long delimiter", "ODD", { delimiter: ",," }],
])("%s is refused before anything is uploaded", async (_name, symbol, csv) => {
  expect((await start(symbol, csv)).code).toBe("INVALID_INPUT");
});
