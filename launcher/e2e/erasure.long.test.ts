import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommand } from "../drills/ground.ts";
import { RunningSystem } from "./running-system.ts";

const BACKUP = join(import.meta.dirname, "../dist/backup/main.js");
const NAME = "Unvergesslich";
const person = {
  name: `Erika ${NAME}`,
  address: `${NAME}weg 7, 10115 Berlin`,
  dateOfBirth: "1964-08-12",
  taxNumber: `${NAME}-4711`,
  email: `erika@${NAME.toLowerCase()}.example`,
};

let system: RunningSystem;
let scratch: string;

beforeAll(async () => {
  system = await RunningSystem.start();
  scratch = await mkdtemp(join(tmpdir(), "allfunds-erasure-"));
});
afterAll(async () => {
  await system.remove();
  await rm(scratch, { recursive: true, force: true });
});

/** Files beneath a directory whose text, also where it is compressed, has a word in any case. */
async function filesWith(directory: string, word: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString(
      "latin1",
    );
    if (text.toLowerCase().includes(word.toLowerCase())) found.push(path);
  }
  return found;
}

function backUp(to: string): void {
  const env = { ...process.env, ALLFUNDS_DATA: system.dataDir, PORT_OFFSET: String(system.offset) };
  const { status, stderr } = spawnSync(process.execPath, [BACKUP, "backup", "--to", to], {
    env,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
}

const REGISTER =
  "mutation ($input: RegisterInvestorsInput!) { registerInvestors(input: $input) { ids } }";
const ERASE =
  "mutation ($input: EraseInvestorInput!) { eraseInvestor(input: $input) { isErased } }";
const IMPORT =
  "mutation ($input: ImportFundFileInput!) { importFundFile(input: $input) { count } }";

const CLASSES =
  "{ funds(first: 50) { nodes { shareClasses { nodes { id navs { nodes { navDate navPerUnit units position } } } } } } }";
const ORDER = "mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { id } }";
const READ_ORDER =
  "query ($id: ID!) { order(id: $id) { id state amount { amount } investor { id isErased } } }";

interface ShareClass {
  readonly id: string;
  readonly navs: { readonly nodes: readonly object[] };
}

/** The classes of all funds with the NAVs that were published. */
async function readClasses(): Promise<ShareClass[]> {
  const { funds } = await system.ask<{
    funds: { nodes: { shareClasses: { nodes: ShareClass[] } }[] };
  }>(CLASSES);
  return funds.nodes.flatMap(({ shareClasses }) => shareClasses.nodes);
}

interface Order {
  readonly id: string;
  readonly state: string;
  readonly amount: { readonly amount: string };
  readonly investor: { readonly id: string; readonly isErased: boolean };
}

/** Proves every book, exports each, and returns how many those are. */
async function proveAndExport(to: string): Promise<number> {
  await mkdir(to);
  const printed = await runCommand(system, ["ledger", "verify"]);
  const sound = [...printed.matchAll(/^(\S+) sound up to position/gm)].map(([, id = ""]) => id);
  for (const id of sound) await runCommand(system, ["ledger", "export", id, join(to, id)]);
  return sound.length;
}

/** The code of the refusal. */
async function refusalOf(query: string, input: object): Promise<unknown> {
  const { errors } = await system.graphql(query, { input });
  return errors?.[0]?.extensions["code"];
}

it("keeps books, NAVs and orders, and no trace of the person in list, log, export or later backup, when an investor is erased", async () => {
  const investor = {
    reference: "E-1",
    kind: "PERSON",
    taxCountry: "DE",
    kycState: "CLEARED",
    person,
  };
  const { registerInvestors } = await system.ask<{ registerInvestors: { ids: string[] } }>(
    REGISTER,
    { input: { investors: [investor] } },
  );
  const [investorId = ""] = registerInvestors.ids;
  // What refuses a person, or fails on one, writes to the logs as well.
  expect(await refusalOf(REGISTER, { investors: [investor] })).toBe("INVALID_INPUT");
  const wrong = { ...investor, reference: "E-2", person: { ...person, bankAccount: NAME } };
  expect(await refusalOf(REGISTER, { investors: [wrong] })).toBe("INVALID_INPUT");
  const content = `reference,kind,taxCountry,name\nE-3,PERSON,DE,${NAME},more`;
  expect(await refusalOf(IMPORT, { kind: "INVESTORS", content })).toBe("FILE_INVALID");
  const list = async (): Promise<string> => {
    const response = await fetch(system.url(8000, "/api/v1/investors?all=true"), {
      headers: { ...(await system.authorization()), accept: "text/csv" },
    });
    return response.text();
  };
  expect(await list()).toContain(NAME);
  const classes = await readClasses();
  const dealt = classes.find(({ navs }) => navs.nodes.length > 0);
  const input = { kind: "SUBSCRIPTION", classId: dealt?.id, investorId, amount: "1000.00" };
  const { placeOrder } = await system.ask<{ placeOrder: { id: string } }>(ORDER, { input });
  const { order } = await system.ask<{ order: Order }>(READ_ORDER, placeOrder);
  backUp(join(scratch, "before"));
  expect(await filesWith(join(scratch, "before"), NAME)).toHaveLength(1);

  await system.ask(ERASE, { input: { investorId, reason: "Asked for" } });
  expect(await list()).not.toContain(NAME);
  expect(await readClasses()).toEqual(classes);
  expect(await system.ask(READ_ORDER, placeOrder)).toEqual({
    order: { ...order, investor: { id: investorId, isErased: true } },
  });
  expect(await proveAndExport(join(scratch, "books"))).toBeGreaterThan(1);
  expect(await filesWith(join(scratch, "books"), NAME)).toEqual([]);
  backUp(join(scratch, "behind"));
  expect(await filesWith(join(scratch, "behind"), NAME)).toEqual([]);
  expect(await filesWith(join(system.dataDir, "logs"), NAME)).toEqual([]);
  const { output } = await system.stop();
  expect(output).not.toContain(NAME);
});
