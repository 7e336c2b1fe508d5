import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadConfig, secret } from "@allfunds/platform/config";
import { faultCases } from "./fault-cases.ts";
import { federatedCases } from "./federated-cases.ts";
import { guardCases } from "./guard-cases.ts";
import { memoryCases } from "./memory-cases.ts";
import { subscriberCases } from "./subscriber-cases.ts";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string", default: "guard,federated,faults" },
    rounds: { type: "string", default: "10" },
    requests: { type: "string", default: "300" },
    subscribers: { type: "string", default: "10000" },
    events: { type: "string", default: "100" },
    seconds: { type: "string", default: "30" },
    shapes: { type: "string", default: "10000" },
    total: { type: "string", default: "1000000" },
    peers: { type: "string", default: join(tmpdir(), "allfunds-gateway-peers") },
  },
});
const { REDIS_URL: redisUrl } = loadConfig("bench", { REDIS_URL: secret().optional() });
const rounds = Number(flags.rounds);
const requests = Number(flags.requests);

const SECTIONS: Readonly<Record<string, () => Promise<string>>> = {
  guard: () => guardCases({ rounds, redisUrl }),
  federated: () => federatedCases({ peersDirectory: flags.peers, rounds, requests }),
  faults: faultCases,
  subscribers: () =>
    subscriberCases({
      subscribers: Number(flags.subscribers),
      eventsPerSecond: Number(flags.events),
      seconds: Number(flags.seconds),
    }),
  memory: () => memoryCases({ requests: Number(flags.total), shapes: Number(flags.shapes) }),
};

for (const name of flags.only.split(",")) {
  const section = SECTIONS[name];
  if (section === undefined) throw new Error(`no section ${name}: ${Object.keys(SECTIONS).join()}`);
  process.stdout.write(`${name}\n\n${await section()}\n\n`);
}
