import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadConfig, secret } from "@allfunds/platform/config";
import { faultCases } from "./fault-cases.ts";
import { federatedCases } from "./federated-cases.ts";
import { guardCases } from "./guard-cases.ts";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string", default: "guard,federated,faults" },
    rounds: { type: "string", default: "10" },
    requests: { type: "string", default: "300" },
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
};

for (const name of flags.only.split(",")) {
  const section = SECTIONS[name];
  if (section === undefined) throw new Error(`no section ${name}: ${Object.keys(SECTIONS).join()}`);
  process.stdout.write(`${name}\n\n${await section()}\n\n`);
}
