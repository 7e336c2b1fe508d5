import type { Clients } from "../e2e/clients.ts";
import { drillContainers, IMAGE, killOneOfEach, POSTINGS, timed } from "./containers-drill.ts";
import { prove, type Outcome, type OwnDrill } from "./drill.ts";
import { buildImage, changeImage, requireEngine } from "./engine.ts";
import { requireNoSwarm, StackSystem } from "./stack-system.ts";

const REPLICAS = 2;

/** Ways in which a new version can be broken: it ends at once, or it runs and never becomes ready. */
const BREAKS = [
  { what: "that ends at once", instruction: 'ENTRYPOINT ["false"]' },
  { what: "that never becomes ready", instruction: 'ENTRYPOINT ["sleep", "3600"]' },
] as const;

/** For the table of drills; `all` leaves it out, because it needs a container engine. */
export const SWARM_DRILL: OwnDrill = {
  name: "swarm",
  injects:
    "on a Swarm of its own, in mutual TLS, behind the proxy: SIGKILL of one of two replicas of each service, a rolling update, an image that is broken, scaling to three and back; the stack removed and deployed again",
  proof:
    "every replica runs the new image, and two of each were healthy all the while; the broken one was rolled back; callers without a certificate, and unlisted ones, are refused",
  run: ({ seed }) => runSwarmDrill(seed),
};

async function runSwarmDrill(seed: number): Promise<Outcome> {
  await requireEngine();
  await requireNoSwarm();
  const image = await buildImage(IMAGE);
  const system = new StackSystem(`allfunds-drill-${process.pid}`, image);
  return drillContainers(SWARM_DRILL.name, system, seed, REPLICAS, async (clients, chance) => {
    const broken = BREAKS[chance(BREAKS.length)] ?? BREAKS[0];
    return [
      await expectMutualTls(system),
      await killOneOfEach(system, clients, chance),
      await rollForward(system, clients, image),
      await rollBack(system, clients, image, broken),
      await timed("three of each service were healthy", () => system.scale(REPLICAS + 1)),
      await timed("two of each were left", () => system.scale(REPLICAS)),
      await stillAcknowledged(clients),
    ];
  });
}

async function stillAcknowledged(clients: Clients): Promise<string> {
  await clients.haveMore(POSTINGS);
  return `${POSTINGS} postings after all of it`;
}

/** Has clients post while each replica is replaced by one of a new image. */
async function rollForward(system: StackSystem, clients: Clients, image: string): Promise<string> {
  const newer = await changeImage(image, "LABEL allfunds.drill=newer", `${image}:newer`);
  const before = clients.acknowledged.size;
  const { fewestHealthy, images } = await system.update(newer, "completed");
  prove(images.size === 1 && images.has(newer), `services run ${[...images].join(", ")}`);
  prove(fewestHealthy >= REPLICAS, `a service had ${fewestHealthy} healthy replicas`);
  const acknowledged = clients.acknowledged.size - before;
  prove(acknowledged > 0, "no posting was acknowledged during the update");
  return `a rolling update of all services, never fewer than ${fewestHealthy} healthy, with ${acknowledged} postings meanwhile`;
}

/** Deploys an image that cannot serve: every service must go back, with its replicas serving all the while. */
async function rollBack(
  system: StackSystem,
  clients: Clients,
  image: string,
  { what, instruction }: (typeof BREAKS)[number],
): Promise<string> {
  const broken = await changeImage(image, instruction, `${image}:broken`);
  const before = clients.acknowledged.size;
  const { fewestHealthy, images } = await system.update(broken, "rollback_completed");
  prove(!images.has(broken), "a service was left with the broken image");
  prove(fewestHealthy >= REPLICAS, `a service had ${fewestHealthy} healthy replicas`);
  const acknowledged = clients.acknowledged.size - before;
  return `an image ${what} was rolled back by all services, with ${acknowledged} postings meanwhile`;
}

/** Runs in a container of the web app, which the gateway lists among its callers and the bridge does not. */
const CALLS = `
const { request } = require("node:https");
const { readFileSync } = require("node:fs");
const read = (name) => readFileSync("/run/mesh/" + name + ".pem");
const call = (host, port, own) => new Promise((resolve) => {
  const to = { host, port, path: "/health/live", ca: read("ca"), ...own };
  const sent = request(to, ({ statusCode }) => resolve(String(statusCode)));
  sent.on("error", () => resolve("refused"));
  sent.end();
});
const own = { cert: read("cert"), key: read("key") };
Promise.all([
  call("tasks.gateway", 4000, own),
  call("tasks.gateway", 4000, {}),
  call("tasks.rest-bridge", 8000, own),
]).then((answers) => console.log(answers.join(" ")));
`;

const SESSIONS_WITHOUT_TLS =
  "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE client_addr IS NOT NULL AND NOT ssl";

async function expectMutualTls(system: StackSystem): Promise<string> {
  const answers = await system.exec("web", "node", "--eval", CALLS);
  prove(
    answers === "200 refused refused",
    `a listed caller, one without a certificate and an unlisted one got ${answers}`,
  );
  for (const server of ["ledger-db", "followers-db", "identity-db"]) {
    const psql = ["psql", "--username", "postgres", "--no-align", "--tuples-only"];
    const bare = await system.exec(server, ...psql, "--command", SESSIONS_WITHOUT_TLS);
    prove(bare === "0", `${server} has ${bare} sessions without TLS`);
  }
  const published = await system.publishedPorts();
  prove(published.length === 0, `published: ${published.join(", ")}`);
  return "mutual TLS between services and with their databases, and no port of the stack published";
}
