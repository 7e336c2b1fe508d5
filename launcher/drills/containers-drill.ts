import { randomFrom } from "@allfunds/platform/testing/seed";
import { Clients, readStored } from "../e2e/clients.ts";
import { eventually } from "../e2e/running-system.ts";
import { openSmallBook, type SmallBook } from "../e2e/small-book.ts";
import { ComposedSystem } from "./composed-system.ts";
import { KINDS, type ContainerSystem, type Kind } from "./container-system.ts";
import { prove, type Outcome, type OwnDrill } from "./drill.ts";
import { buildImage, docker, requireEngine } from "./engine.ts";
import { findViolations } from "./ground.ts";

export const POSTINGS = 20;
const CLIENTS = 4;
export const IMAGE = "allfunds-drill";
const LIMIT_MS = 120_000;

/** For the table of drills; `all` leaves it out, because it needs a container engine. */
export const CONTAINERS_DRILL: OwnDrill = {
  name: "containers",
  injects:
    "in containers by docker compose: SIGKILL of one of two replicas of each service; the whole stack down and up again",
  proof: "the container has ended while its sibling answers; no container is left after `down`",
  run: ({ seed }) => runContainersDrill(seed),
};

/** Builds the image and drills it under Docker Compose. */
async function runContainersDrill(seed: number): Promise<Outcome> {
  await requireEngine();
  const image = await buildImage(IMAGE);
  const system = new ComposedSystem(`allfunds-drill-${process.pid}`, image);
  return drillContainers(CONTAINERS_DRILL.name, system, seed, 1, async (clients, chance) => [
    await timed("two of each service were healthy", () => system.up(2)),
    await killOneOfEach(system, clients, chance),
  ]);
}

/**
 * Brings the stack up with so many replicas of each service, lets clients post through a course of faults, and compares
 * what they were answered with the books, before the stack goes down and when it is up again.
 */
export async function drillContainers(
  name: string,
  system: ContainerSystem,
  seed: number,
  replicas: number,
  course: (clients: Clients, chance: (below: number) => number) => Promise<string[]>,
): Promise<Outcome> {
  let clients: Clients | undefined;
  let failure: unknown;
  try {
    const evidence = [await timed("every service was healthy", () => system.up(replicas))];
    await inviteAdministrator(system);
    const book = await openSmallBook(system, `Drill ${name}`);
    clients = new Clients(system, book, CLIENTS);
    await clients.haveMore(POSTINGS);
    evidence.push(...(await course(clients, randomFrom(seed))));
    await clients.stop();
    const violations = await findViolations(system, book, clients, await verify(system, book));
    evidence.push(await downAndUp(system, book, replicas, violations));
    return {
      name,
      seed,
      evidence,
      acknowledged: clients.acknowledged.size,
      refused: Object.fromEntries(clients.refused),
      unanswered: clients.unanswered,
      longestGapMs: Math.round(clients.longestGapMs),
      longestAnswerMs: Math.round(clients.longestAnswerMs),
      violations,
    };
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    await clients?.abandon();
    // What failed first is the one reported.
    await system.remove().catch((error: unknown) => {
      throw failure ?? error;
    });
  }
}

export async function timed(what: string, work: () => Promise<void>): Promise<string> {
  const startedAt = performance.now();
  await work();
  return `${what} after ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`;
}

/** The command that the README gives for the first sign-in. */
async function inviteAdministrator(system: ContainerSystem): Promise<void> {
  const person = ["--name", "Drill", "--email", "drill@example.test", "--admin", "Drill"];
  const program = ["node", "identity/dist/make-tenant.js"];
  const printed = await system.exec("identity", ...program, ...person);
  prove(/https?:\/\/\S+/.test(printed), `make-tenant printed no link: ${printed}`);
}

/** Kills a replica of each service, in a random order; the other one has to serve meanwhile. */
export async function killOneOfEach(
  system: ContainerSystem,
  clients: Clients,
  chance: (below: number) => number,
): Promise<string> {
  const waiting: Kind[] = [...KINDS];
  const killed: string[] = [];
  while (waiting.length > 0) {
    const [kind] = waiting.splice(chance(waiting.length), 1);
    if (kind === undefined) break;
    const replicas = await system.runningOf(kind.name);
    prove(replicas.length === 2, `${replicas.length} replicas of ${kind.name}`);
    const victim = replicas[chance(2)]?.id ?? "";
    await docker(["kill", "--signal", "KILL", victim]);
    const left = await system.runningOf(kind.name);
    prove(!left.some(({ id }) => id === victim), `${kind.name} runs on after SIGKILL`);
    await system.lookUp();
    if (kind.published) await expectAnswer(system, kind);
    await clients.haveMore(POSTINGS);
    await system.revive(victim);
    await system.allHealthy(2);
    killed.push(kind.name);
  }
  return `killed one of two, with ${POSTINGS} postings while it was gone: ${killed.join(", ")}`;
}

const expectAnswer = (system: ContainerSystem, { name, port }: Kind): Promise<void> =>
  eventually(LIMIT_MS, async () => {
    const { status } = await fetch(system.url(port, "/health/ready"));
    if (status !== 200) throw new Error(`the sibling of the killed ${name} answers ${status}`);
  });

const verify = (system: ContainerSystem, { fundId }: SmallBook): Promise<string> =>
  system.exec("ledger", "node", "subgraphs/ledger/dist/cli.js", "verify", fundId);

/** Takes the stack down, keeps its volumes, and adds to the violations what is not as before when it is up again. */
async function downAndUp(
  system: ContainerSystem,
  book: SmallBook,
  replicas: number,
  violations: string[],
): Promise<string> {
  const before = await readStored(system, book);
  await system.down();
  prove((await system.containers()).length === 0, "a container is left");
  await system.up(replicas);
  const after = await readStored(system, book);
  const [figuresBefore, figuresAfter] = [before, after].map((stored) => JSON.stringify(stored));
  if (figuresBefore !== figuresAfter) violations.push("the books are not as they were before");
  const { balance } = after.last.account;
  return `down and up again with the volumes: ${after.transactions.length} postings, balance ${balance.amount}`;
}
