import { text, type Table } from "@allfunds/platform/bench";
import { fee, isinOf } from "./fund-cases.ts";
import { ask, type RunningSystemOptions } from "./running-system.ts";

export interface RunningFundOptions extends RunningSystemOptions {
  readonly gateway: string;
  /** Access token of another person, who publishes the NAV. */
  readonly approver?: string | undefined;
  readonly investors: number;
  readonly pgbenchPerSecond: number;
}

const BULK = 100;
const BULK_CLIENTS = 4;

/** The register, orders, a NAV and the statements of a fund, through the public interfaces of a running system. */
export async function measureRunningFund(options: RunningFundOptions): Promise<Table> {
  const { investors, pgbenchPerSecond, approver, rest } = options;
  const { fundId, classId, day } = await openFund(options);
  const ids: string[] = [];
  const rows: string[][] = [];
  const timed = async (
    name: string,
    limit: string,
    work: () => Promise<unknown>,
  ): Promise<void> => {
    rows.push([name, `${text(await seconds(work), 2)} s`, limit]);
  };
  await timed(`register ${investors} investors`, "5 s", async () => {
    ids.push(...(await register(options)));
  });
  const accepted = investors / (await seconds(() => placeOrders(options, { classId, day, ids })));
  rows.push([
    `accept orders in bulks of ${BULK} from ${BULK_CLIENTS} clients, of pgbench's rate`,
    `${text(accepted)}/s, ${text(accepted / pgbenchPerSecond, 2)}x`,
    "1.5x",
  ]);
  if (approver !== undefined) {
    await timed(`price and post ${investors} orders`, "5 s", () => publish(options, fundId, day));
    if (rest !== undefined) {
      await timed(`statements of ${investors} investors as CSV`, "10 s", () =>
        readStatements(options, fundId, day),
      );
    }
  }
  return {
    title: `A fund of ${investors} investors through the public interfaces`,
    columns: ["case", "measured", "no worse than"],
    rows,
  };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

const mutate = async <Data>(
  options: RunningFundOptions,
  field: string,
  type: string,
  input: object,
  select: string,
): Promise<Data> => {
  const document = `mutation ($input: ${type}!) { ${field}(input: $input) ${select} }`;
  return (await ask<Record<string, Data>>(options, document, { input }))[field] as Data;
};

interface Identified {
  readonly id: string;
}

async function openFund(options: RunningFundOptions) {
  const day = lastWeekday();
  const fund = { name: "Bench", currency: "EUR" };
  const { id: fundId } = await mutate<Identified>(
    options,
    "openFund",
    "OpenFundInput",
    fund,
    "{ id }",
  );
  const terms = { cutOffTime: "23:59", timeZone: "UTC", administrationFee: fee("0.001") };
  const administered = { fundId, effectiveFrom: day, ...terms };
  await mutate(options, "administerFund", "AdministerFundInput", administered, "{ id }");
  const named = { fundId, code: "A", name: "Class A", isin: isinOf("QSBENCHA", 1) };
  const launched = { ...named, launchDate: day, launchPrice: "100" };
  const opened = "OpenShareClassInput";
  const { id: classId } = await mutate<Identified>(
    options,
    "openShareClass",
    opened,
    launched,
    "{ id }",
  );
  return { fundId, classId, day };
}

const DAY_MS = 86_400_000;

/** The last weekday before today, whose orders have been received. */
function lastWeekday(): string {
  const day = new Date(Date.now() - DAY_MS);
  while (day.getUTCDay() % 6 === 0) day.setTime(day.getTime() - DAY_MS);
  return day.toISOString().slice(0, 10);
}

async function register(options: RunningFundOptions): Promise<readonly string[]> {
  // References are the tenant's, who may have those of an earlier run.
  const run = Date.now().toString(36);
  const investors = Array.from({ length: options.investors }, (_, index) => ({
    reference: `B-${run}-${index}`,
    kind: "PERSON",
    taxCountry: "LU",
    kycState: "CLEARED",
    person: { name: `Investor ${index}` },
  }));
  const type = "RegisterInvestorsInput";
  const { ids } = await mutate<{ readonly ids: readonly string[] }>(
    options,
    "registerInvestors",
    type,
    { investors },
    "{ ids }",
  );
  return ids;
}

async function placeOrders(
  options: RunningFundOptions,
  {
    classId,
    day,
    ids,
  }: { readonly classId: string; readonly day: string; readonly ids: readonly string[] },
): Promise<void> {
  const orders = ids.map((investorId) => ({
    kind: "SUBSCRIPTION",
    classId,
    investorId,
    amount: "10000.00",
    receivedAt: `${day}T08:00:00Z`,
  }));
  let next = 0;
  const client = async (): Promise<void> => {
    for (let from = next; from < orders.length; from = next) {
      next += BULK;
      const bulk = { orders: orders.slice(from, from + BULK), mode: "ATOMIC" };
      const type = "PlaceOrdersInput";
      const { placed } = await mutate<{ readonly placed: number }>(
        options,
        "placeOrders",
        type,
        bulk,
        "{ placed }",
      );
      if (placed !== bulk.orders.length) throw new Error(`${placed} orders of a bulk were placed`);
    }
  };
  await Promise.all(Array.from({ length: BULK_CLIENTS }, client));
}

async function publish(
  options: RunningFundOptions,
  fundId: string,
  navDate: string,
): Promise<void> {
  const input = { fundId, navDate };
  const { id } = await mutate<Identified>(
    options,
    "calculateNav",
    "CalculateNavInput",
    input,
    "{ id }",
  );
  const document = "mutation ($id: ID!) { publishNav(id: $id) { state } }";
  await ask({ ...options, token: options.approver }, document, { id });
}

async function readStatements(
  options: RunningFundOptions,
  fundId: string,
  day: string,
): Promise<void> {
  const query = `fundId=${fundId}&from=${day}&to=${day}&all=true`;
  const response = await fetch(`${options.rest}/api/v1/investor-statements?${query}`, {
    headers: { accept: "text/csv", authorization: `Bearer ${options.token}` },
  });
  const lines = (await response.text()).trimEnd().split("\r\n").length - 1;
  if (lines !== 3 * options.investors) {
    throw new Error(`the statements have ${lines} lines, with ${response.status}`);
  }
}
