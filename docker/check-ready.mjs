// The health check of every service: `node check-ready.mjs <port>` succeeds when it is ready.
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { get as getSecurely } from "node:https";

const port = Number(process.argv[2]);
// oxlint-disable-next-line node/no-process-env -- the settings of the service are not loaded here
const certificates = process.env.MESH_CERTIFICATES;
const target = { host: "localhost", port, path: "/health/ready", timeout: 2_500, family: 4 };

// With certificates the service accepts callers that have one; it may call itself with its own.
const read = (name) => readFileSync(`${certificates}/${name}.pem`);
const request = certificates
  ? getSecurely({ ...target, ca: read("ca"), cert: read("cert"), key: read("key") })
  : get(target);
request.on("response", ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.on("error", () => process.exit(1));
request.on("timeout", () => process.exit(1));
