import { describePortHolder, isPortFree } from "@allfunds/embedded-postgres";

/** Every port of the system: the variable that moves it, its default, and what listens there. */
const PORTS = [
  ["WEB_PORT", 3000, "web"],
  ["GATEWAY_PORT", 4000, "gateway"],
  ["LEDGER_PORT", 4001, "ledger"],
  ["ANALYTICS_PORT", 4002, "analytics"],
  ["METRICS_PORT", 4003, "metrics"],
  ["IDENTITY_PORT", 4100, "identity"],
  ["REST_PORT", 8000, "rest-bridge"],
  ["REST_ANALYTICS_PORT", 8001, "rest-bridge"],
  ["REST_METRICS_PORT", 8002, "rest-bridge"],
  ["POSTGRES_PORT", 5442, "PostgreSQL"],
] as const;

export type PortName = (typeof PORTS)[number][0];
export type Ports = Readonly<Record<PortName, number>>;

const HIGHEST_PORT = 65_535;

/** The ports of this run; a variable of its own is taken as it is, a default moves by the offset. */
export function choosePorts(offset: number, env: NodeJS.ProcessEnv): Ports {
  const chosen = PORTS.map(([name, standard]) => [name, choose(name, standard + offset, env)]);
  return Object.freeze(Object.fromEntries(chosen));
}

/** Ports that browsers and `fetch` refuse (the Fetch standard's "bad ports" above 1023). */
const BAD_PORTS: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
  6679, 6697, 10_080,
]);

function choose(name: PortName, fallback: number, env: NodeJS.ProcessEnv): number {
  const port = env[name] ? Number(env[name]) : fallback;
  if (BAD_PORTS.has(port)) {
    throw new Error(
      `${name} would be ${port}, a port that browsers refuse. Choose another offset.`,
    );
  }
  if (Number.isInteger(port) && port >= 1 && port <= HIGHEST_PORT) return port;
  throw new Error(`${name} must be a port from 1 to ${HIGHEST_PORT}, not ${env[name] ?? port}.`);
}

/** Reports every taken port at once, with its holder, so that all can be freed in one go. */
export async function refuseTakenPorts(ports: Ports, embeddedDatabase: boolean): Promise<void> {
  const problems: string[] = [];
  for (const [name, , user] of PORTS) {
    if (name === "POSTGRES_PORT" && !embeddedDatabase) continue;
    if (await isPortFree(ports[name])) continue;
    const holder = await describePortHolder(ports[name]);
    problems.push(`  ${ports[name]} (${name}, for ${user}) is taken by ${holder}`);
  }
  if (problems.length === 0) return;
  throw new Error(
    `These ports are taken:\n${problems.join("\n")}\n` +
      "Stop what holds them, or move all ports: npm start -- --offset 200",
  );
}
