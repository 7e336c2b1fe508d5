import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** The options of this run. */
export interface Options {
  dataDir: string;
  /** Added to every default port. */
  offset: number;
  fresh: boolean;
  demo: boolean;
  dev: boolean;
  help: boolean;
}

export const HELP = `Usage: npm start -- [options]      (npm run dev takes the same)

  --fresh       delete the data of earlier runs and start anew
  --data DIR    keep the data in DIR (default .data, or ALLFUNDS_DATA)
  --offset N    add N to every port (default 0, or PORT_OFFSET)
  --no-demo     do not load the demo funds into a new data directory
  --help        show this text

DATABASE_URL_LEDGER, _ANALYTICS, _METRICS, _IDENTITY and _WEB, set together, replace the embedded
PostgreSQL. MESH_CERTIFICATES, a directory of npm run certificates, has the services speak mutual TLS.
GEMINI_API_KEY switches analytics from the built-in models to Gemini.`;

const LARGEST_OFFSET = 50_000;

/** Reads the arguments and the environment; throws with the reason when they make no sense. */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: "string" },
      offset: { type: "string" },
      fresh: { type: "boolean", default: false },
      demo: { type: "boolean", default: true },
      dev: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
    allowNegative: true,
  });
  return {
    dataDir: resolve(values.data ?? (env["ALLFUNDS_DATA"] || ".data")),
    offset: readOffset(values.offset ?? (env["PORT_OFFSET"] || "0")),
    fresh: values.fresh,
    demo: values.demo,
    dev: values.dev,
    help: values.help,
  };
}

function readOffset(text: string): number {
  const offset = Number(text);
  if (/^\d+$/.test(text) && offset <= LARGEST_OFFSET) return offset;
  throw new Error(`The port offset must be a number from 0 to ${LARGEST_OFFSET}, not "${text}".`);
}
