import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
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
    readonly inputs: object;
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

/** Month ends of an instrument from January 2020. */
async function importMonths(symbol: string, count: number, currency = "EUR"): Promise<string> {
  const rows = Array.from({ length: count }, (_, month) => {
    const day = new Date(Date.UTC(2020, month + 1, 0)).toISOString().slice(0, 10);
    return `${day},${(100 + month + 5 * Math.sin(month * month)).toFixed(2)}`;
  });
  const input = { symbol, currency, content: ["date,close", ...rows].join("\n") };
  const answer = await service.execute(
    "mutation ($input: ImportPricesInput!) { importPrices(input: $input) { instrument { id } } }",
    { input },
  );
  return (answer.data["importPrices"] as unknown as { instrument: { id: string } }).instrument.id;
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
