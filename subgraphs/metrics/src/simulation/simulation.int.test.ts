import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { BookFixture } from "../feed/book.fixture.ts";
import { openService, type GraphqlResponse, type OpenService } from "../service.fixture.ts";

const PATIENTLY = { timeout: 60_000, interval: 50 };

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const START = `
  mutation ($input: StartSimulationInput!) {
    startSimulation(input: $input) { id kind state seed replayed method progress { done total } }
  }`;
const READ = `
  query ($id: ID!) {
    metricsJob(id: $id) {
      id state progress { done total } error { code message }
      ... on SimulationJob {
        seed paths
        assumptions { step initialValue { amount } goal { amount currency } assets { weight expectedReturn } plan { kind amount { amount } rate lastStep } }
        result {
          fan { step years mean { value { amount currency } } quantiles { level value { amount } } ruined { value } }
          terminal { mean { value { amount } standardError { amount } } histogram { share } }
          horizonReturn { mean { value } }
          maximumDrawdown { quantiles { level value standardError } }
          risk { level valueAtRisk { value } expectedShortfall { value standardError } }
          goalProbability { value standardError }
          ruinProbability { value }
          inputs { history { returns omitted from to } assets { meanLogReturn volatility } correlations meanBlock }
        }
      }
    }
  }`;

interface JobAnswer {
  readonly id: string;
  readonly state: string;
  readonly seed: number;
  readonly replayed: boolean;
  readonly error: { readonly code: string } | null;
  readonly result: {
    readonly fan: readonly { readonly step: number }[];
    readonly inputs: {
      readonly assets: readonly {
        readonly meanLogReturn: number;
        readonly volatility: number;
      }[];
    };
  } | null;
}

const PARAMETERS = {
  assets: [{ expectedReturn: 0.05, volatility: 0.15 }],
  horizon: 24,
  paths: 2000,
  initialValue: "10000.00",
  currency: "EUR",
};

const codeOf = ({ errors }: GraphqlResponse): string | undefined => errors?.[0]?.extensions.code;

async function start(input: object): Promise<JobAnswer> {
  const answer = await service.execute(START, { input });
  expect(answer.errors).toBeUndefined();
  return answer.data["startSimulation"];
}

const refused = async (change: object): Promise<string | undefined> =>
  codeOf(await service.execute(START, { input: { ...PARAMETERS, ...change } }));

const finished = (id: string): Promise<JobAnswer> =>
  vi.waitFor(async () => {
    const { data, errors } = await service.execute(READ, { id });
    expect(errors).toBeUndefined();
    const job = data["metricsJob"] as unknown as JobAnswer;
    expect(["SUCCEEDED", "FAILED", "CANCELLED"]).toContain(job.state);
    return job;
  }, PATIENTLY);

const monthEnd = (month: number): string =>
  new Date(Date.UTC(2020, month + 1, 0)).toISOString().slice(0, 10);
const priceOf = (month: number): string => (100 + month + 5 * Math.sin(month * month)).toFixed(2);

/** The same units, of which one became four at the end of 2022. */
const splitPriceOf = (month: number): string =>
  (Number(priceOf(month)) * (month < 36 ? 4 : 1)).toFixed(2);

/** Month ends of an instrument from January 2020. */
async function importMonths(
  symbol: string,
  count: number,
  currency = "EUR",
  closeOf: (month: number) => string = priceOf,
): Promise<string> {
  const rows = Array.from({ length: count }, (_, month) => `${monthEnd(month)},${closeOf(month)}`);
  const input = { symbol, currency, content: ["date,close", ...rows].join("\n") };
  const answer = await service.execute(
    "mutation ($input: ImportPricesInput!) { importPrices(input: $input) { instrument { id } } }",
    { input },
  );
  return (answer.data["importPrices"] as unknown as { instrument: { id: string } }).instrument.id;
}

/** What the steps of a single asset were drawn from. */
async function inputsOf(asset: object) {
  const { id } = await start({ ...PARAMETERS, assets: [asset] });
  const { state, result } = await finished(id);
  expect(state).toBe("SUCCEEDED");
  return result?.inputs;
}

/** A fund whose shares follow the same prices until the end of 2025, with capital that comes in on the way. */
function growingFund(): { book: BookFixture; shares: string; gain: string } {
  const book = new BookFixture();
  const shares = book.account("1500", "ASSET", "EUR", { countsAsCash: false });
  const capital = book.account("3000", "EQUITY");
  const gain = book.account("4000", "INCOME");
  let worth = 1_000_000;
  book.post(monthEnd(0), [shares, "DEBIT", String(worth)], [capital, "CREDIT", String(worth)]);
  for (let month = 1; month < 72; month++) {
    const change = Math.round(worth * (Number(priceOf(month)) / Number(priceOf(month - 1)) - 1));
    const amount = String(Math.abs(change));
    const [debit, credit] = change > 0 ? [shares, gain] : [gain, shares];
    if (change !== 0)
      book.post(monthEnd(month), [debit, "DEBIT", amount], [credit, "CREDIT", amount]);
    worth += change;
    if (month % 20 !== 0) continue;
    const middle = monthEnd(month + 1).replace(/..$/, "15");
    book.post(middle, [shares, "DEBIT", "900000"], [capital, "CREDIT", "900000"]);
    worth += 900_000;
  }
  return { book, shares, gain };
}

describe("startSimulation", () => {
  test("simulates parameters with a plan and a goal", async () => {
    const plan = [{ kind: "CONTRIBUTION", amount: "100.00" }];
    const { id } = await start({ ...PARAMETERS, plan, goal: "12000", seed: 7 });
    const job = await finished(id);
    expect(job).toMatchObject({
      state: "SUCCEEDED",
      seed: 7,
      paths: 2000,
      progress: { done: 2000, total: 2000 },
      assumptions: {
        step: "MONTH",
        goal: { amount: "12000.00", currency: "EUR" },
        assets: [{ weight: 1 }],
        plan: [{ kind: "CONTRIBUTION", amount: { amount: "100.00" }, rate: null, lastStep: 24 }],
      },
      result: {
        ruinProbability: { value: 0 },
        goalProbability: { value: expect.any(Number), standardError: expect.any(Number) },
        inputs: { history: null, correlations: [[1]], meanBlock: null },
      },
    });
    expect(job.result?.fan).toHaveLength(24);
    expect(job.result?.fan.at(-1)).toMatchObject({
      step: 24,
      years: 2,
      mean: { value: { amount: expect.stringMatching(/^\d+\.\d\d$/), currency: "EUR" } },
    });
  });

  test("gives the same result for the same seed, and back a seed that it drew", async () => {
    const first = await start({ ...PARAMETERS, idempotencyKey: "same" });
    const again = await start({ ...PARAMETERS, idempotencyKey: "same" });
    expect(again).toMatchObject({ id: first.id, seed: first.seed, replayed: true });
    const other = await start({ ...PARAMETERS, seed: first.seed });
    expect((await finished(other.id)).result).toEqual((await finished(first.id)).result);
  });

  test.each(["GBM", "BOOTSTRAP", "BLOCK_BOOTSTRAP"])(
    "simulates the prices of instruments by %s",
    async (method) => {
      const assets = [
        { instrumentId: await importMonths("A", 60), weight: 0.6 },
        { instrumentId: await importMonths("B", 48), weight: 0.4, expectedReturn: 0.03 },
      ];
      const { id } = await start({ ...PARAMETERS, method, assets });
      const job = await finished(id);
      expect(job).toMatchObject({
        state: "SUCCEEDED",
        result: { inputs: { history: { returns: 47, omitted: 0 } } },
      });
      expect(job.result?.inputs).toMatchObject({
        meanBlock: method === "BLOCK_BOOTSTRAP" ? 4 : null,
      });
    },
  );

  test("simulates a fund and an account of it by their unit values, whatever flows they had", async () => {
    const { book, shares } = growingFund();
    service.ledger.publish(book.events);
    await service.applied(book);
    const ofPrices = await inputsOf({ instrumentId: await importMonths("GROWS", 72) });
    const [asset] = ofPrices?.assets ?? [];
    for (const of of [{ fundId: book.fundId }, { accountId: shares }]) {
      expect(await inputsOf(of)).toMatchObject({
        history: { returns: 71 },
        assets: [
          {
            meanLogReturn: expect.closeTo(asset?.meanLogReturn ?? 0, 4),
            volatility: expect.closeTo(asset?.volatility ?? 0, 4),
          },
        ],
      });
    }
  });

  test("draws no loss from a split of units", async () => {
    const whole = await importMonths("WHOLE", 72);
    const split = await importMonths("SPLIT", 72, "EUR", splitPriceOf);
    const { errors } = await service.execute(
      `mutation { recordCorporateAction(input: {
        instrumentId: "${split}", exDate: "2023-01-01", kind: SPLIT, value: "4" }) { id } }`,
    );
    expect(errors).toBeUndefined();
    const [expected] = (await inputsOf({ instrumentId: whole }))?.assets ?? [];
    expect(expected?.volatility).toBeGreaterThan(0.1);
    expect(await inputsOf({ instrumentId: split })).toMatchObject({
      assets: [
        {
          meanLogReturn: expect.closeTo(expected?.meanLogReturn ?? 0, 10),
          volatility: expect.closeTo(expected?.volatility ?? 0, 10),
        },
      ],
    });
  });

  test("refuses funds and accounts that it cannot simulate", async () => {
    const [{ book, shares, gain }, other] = [growingFund(), growingFund()];
    service.ledger.publish([...book.events, ...other.book.events]);
    await service.applied(book);
    await service.applied(other.book);
    const halves = [book, other.book].map(({ fundId }) => ({ fundId, weight: 0.5 }));
    expect(await refused({ assets: halves })).toBe("INVALID_INPUT");
    expect(await refused({ assets: [{ accountId: gain }] })).toBe("INVALID_INPUT");
    expect(await refused({ assets: [{ fundId: shares }] })).toBe("FUND_NOT_FOUND");
    expect(await refused({ assets: [{ accountId: book.fundId }] })).toBe("ACCOUNT_NOT_FOUND");
    expect(await refused({ assets: [{ fundId: book.fundId, accountId: shares }] })).toBe(
      "INVALID_INPUT",
    );
  });

  test("fails with a code when there are too few prices", async () => {
    const assets = [{ instrumentId: await importMonths("FEW", 6) }];
    const { id } = await start({ ...PARAMETERS, assets });
    expect(await finished(id)).toMatchObject({
      state: "FAILED",
      error: { code: "INSUFFICIENT_DATA" },
      result: null,
    });
  });

  test("refuses what it cannot simulate", async () => {
    const dollars = await importMonths("USD", 20, "USD");
    const unknown = "0190a0a0-0000-7000-8000-000000000000";
    expect(await refused({ paths: 200_000, horizon: 1200, assets: sixth() })).toBe(
      "OPERATION_LIMIT_EXCEEDED",
    );
    expect(await refused({ assets: [] })).toBe("INVALID_INPUT");
    expect(await refused({ assets: [{ instrumentId: unknown }] })).toBe("INSTRUMENT_NOT_FOUND");
    expect(await refused({ assets: [{ instrumentId: dollars }] })).toBe("CURRENCY_MISMATCH");
    expect(await refused({ assets: [{ volatility: 0.1 }] })).toBe("INVALID_INPUT");
    expect(await refused({ initialValue: "-1" })).toBe("INVALID_INPUT");
    expect(await refused({ method: "BOOTSTRAP" })).toBe("INVALID_INPUT");
    expect(await refused({ goal: "0" })).toBe("INVALID_INPUT");
  });

  test("is ended by cancelMetricsJob", async () => {
    const { id } = await start({ ...PARAMETERS, step: "DAY", horizon: 10_000, paths: 100_000 });
    await service.execute("mutation ($id: ID!) { cancelMetricsJob(id: $id) { state } }", { id });
    expect(await finished(id)).toMatchObject({ state: "CANCELLED", result: null });
  });
});

const sixth = () =>
  Array.from({ length: 6 }, () => ({ expectedReturn: 0, volatility: 0.1, weight: 1 / 6 }));
