import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { AUTHORITY_STEPS, issueCertificates, type AuthorityStep } from "./issue.ts";

const HELP = `Usage: npm run certificates -- --to DIR [--policy FILE] [--days N] [--authority new|switch|finish]

  --to DIR          certificates of every service, and the authority that signs them; keep DIR/authority secret
  --policy FILE     the mesh policy, which names the services (docker/mesh-policy.json)
  --days N          how long certificates are valid (90)
  --authority STEP  replace the authority, one step after the other: all trust a new one, all are certified by it,
                    none trusts the old one`;

const { values } = parseArgs({
  options: {
    to: { type: "string" },
    policy: { type: "string", default: "docker/mesh-policy.json" },
    days: { type: "string", default: "90" },
    authority: { type: "string" },
  },
});
const { to, policy, authority: step } = values;
const days = Number(values.days);

if (to === undefined || !isStep(step) || !(Number.isInteger(days) && days > 0 && days <= 825)) {
  console.log(HELP);
  process.exitCode = 2;
} else {
  try {
    const names = issueCertificates({ to, policy: readFileSync(policy, "utf8"), days, step });
    console.log(`${to} has certificates of ${names.join(", ")}.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

function isStep(text: string | undefined): text is AuthorityStep | undefined {
  return text === undefined || (AUTHORITY_STEPS as readonly string[]).includes(text);
}
