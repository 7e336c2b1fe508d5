import { readFile, writeFile } from "node:fs/promises";
import { authenticationShape } from "@allfunds/platform/auth";
import { commonShape, listVariables } from "@allfunds/platform/config";
import { variables as gateway } from "../../gateway/src/config.ts";
import { variables as identity } from "../../identity/src/config.ts";
import { variables as restBridge } from "../../rest-bridge/src/config.ts";
import { variables as analytics } from "../../subgraphs/analytics/src/config.ts";
import { variables as ledger } from "../../subgraphs/ledger/src/config.ts";
import { variables as metrics } from "../../subgraphs/metrics/src/config.ts";
import { variables as web } from "../../web/src/env.ts";

/** Everywhere else these are read, they mean the same. */
const SHARED = new Set([...Object.keys(commonShape), ...Object.keys(authenticationShape)]);

const own = (shape) => listVariables(shape).filter(({ name }) => !SHARED.has(name));

/** Kit has descriptions of its own kind, which name the default. */
const ofWeb = Object.entries(web)
  .filter(([name]) => !SHARED.has(name))
  .map(([name, { description }]) => ({ name, description: `${description}.` }));

const SECTIONS = [
  ["Every service", listVariables(commonShape)],
  ["Every service that reads tokens", listVariables(authenticationShape)],
  ["Gateway", own(gateway)],
  ["Ledger", own(ledger)],
  ["Analytics", own(analytics)],
  ["Metrics", own(metrics)],
  ["Identity", own(identity)],
  ["REST bridge", own(restBridge)],
  ["Web", ofWeb],
];

const undescribed = SECTIONS.flatMap(([, rows]) => rows)
  .filter(({ description }) => description === "")
  .map(({ name }) => name);
if (undescribed.length > 0) throw new Error(`Without description: ${undescribed.join(", ")}`);

/** Names of variables that only their service may read. */
const LIKE_A_SECRET = /(?:SECRET|PASSWORD|_KEYS?)$|(?:DATABASE|REDIS|SMTP)_URLS?(?:_|$)/;
const unmarked = SECTIONS.flatMap(([, rows]) => rows)
  .filter(({ name, isSecret }) => isSecret === false && LIKE_A_SECRET.test(name))
  .map(({ name }) => name);
if (unmarked.length > 0) throw new Error(`Not marked as secret: ${unmarked.join(", ")}`);

const code = (text) => `\`${text}\``;

const defaultOf = ({ fallback, isRequired }) => {
  if (fallback !== undefined) return code(fallback);
  return isRequired ? "must be given" : "-";
};

const row = (variable) =>
  `| ${code(variable.name)} | ${defaultOf(variable)} | ${linked(variable.description)}${variable.isSecret ? " Secret." : ""} |`;

/** Documents named in descriptions as links from their folder. */
const linked = (text) => text.replaceAll(/docs\/([\w-]+\.md)/g, "[$1]($1)").replaceAll("|", "\\|");

const section = ([title, rows]) => `## ${title}

| variable | default | what |
| --- | --- | --- |
${rows.map(row).join("\n")}
`;

const text = `# Configuration

Written by \`npm run fix\` from the schemas through which services read their environment.

A service reads its environment once and lists all problems at once when something is wrong. An empty variable counts as absent, a blank one is refused. A value may come from a file, as containers receive their secrets: \`NAME_FILE=/path\` is read for \`NAME\`. A secret is masked wherever a configuration is printed. Ports and addresses that are not given move by \`PORT_OFFSET\`.

\`npm start\` gives every service what it must have: databases of the embedded PostgreSQL (unless all five \`DATABASE_URL_LEDGER\`, \`_ANALYTICS\`, \`_METRICS\`, \`_IDENTITY\` and \`_WEB\` are set), secrets, and a client of its own for each service. What else you set reaches all of them. The launcher itself reads \`ALLFUNDS_DATA\` (\`.data\`), where data and logs are, and \`POSTGRES_PORT\`, the port of the embedded PostgreSQL.

The gateway takes \`LEDGER_URL\`, \`ANALYTICS_URL\` and \`METRICS_URL\`, the base URLs of subgraphs; several replicas are separated by commas. The web server takes \`ORIGIN\`, its own address, where a proxy stands in front.

${SECTIONS.map(section).join("\n")}`;

// With --check the file is only compared.
const file = new URL("../../docs/configuration.md", import.meta.url);
if (!process.argv.includes("--check")) await writeFile(file, text);
else if ((await readFile(file, "utf8").catch(() => "")) !== text) {
  process.stderr.write("docs/configuration.md is not current; run: npm run fix\n");
  process.exitCode = 1;
}
