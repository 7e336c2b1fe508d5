// oxlint-disable node/no-process-env -- the one place where the web server reads its environment
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const DEFAULT_PORT = 3000;
const LONGEST_DRAIN_SECONDS = 300;
const LONGEST_GRACE_SECONDS = 600;
// Slightly above the gateway's limit, so that users get the gateway's coded refusal.
const BODY_SIZE_LIMIT = "5M";
// The adapter reads the protocol from a header. It is set here for every request, so a client's own
// value is ignored, and the origin check of forms works on localhost and on 127.0.0.1.
const PROTOCOL_HEADER = "x-web-protocol";
const HOST_HEADER = "x-web-host";
// The issuer is not a browser and sends no Origin. Its logout token authenticates the request.
const LOGOUT_CALLBACK = "/auth/backchannel-logout";
// A token of any length gets a coded refusal, not the parser's error.
const MAX_HEADER_BYTES = 128 * 1024;
// How long a browser may take to send a request, and its head; slower ones hold connections without use.
const ARRIVAL_LIMITS = {
  requestTimeout: 13_000,
  headersTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
};
// What is left at the end of the shutdown for coded answers to what did not finish.
const LAST_ANSWERS_MS = 1_000;
const SHUTTING_DOWN = { code: "SHUTTING_DOWN" };
const SECRETS = ["MESH_POLICY", "WEB_CLIENT_SECRET", "WEB_SESSION_SECRET", "DATABASE_URL_WEB"];

// A lost name server holds no look-up longer than two seconds, and so the end of the process.
process.env["RES_OPTIONS"] ??= "timeout:1 attempts:2";
readSecretFiles(process.env);
const mesh = await enterMesh(process.env);
const { host, port, origin, drainSeconds, graceSeconds } = readConfig(process.env);
Object.assign(process.env, { PROTOCOL_HEADER, HOST_HEADER, BODY_SIZE_LIMIT });
// Named at run time: the built handler does not exist while this file is checked.
const { handler } = await import(new URL("build/handler.js", import.meta.url).href).catch(
  (/** @type {Error} */ error) => refuse(error.message),
);

let draining = false;
let closing = false;
/** @type {Set<import("node:http").ServerResponse>} */
const unanswered = new Set();
const options = { maxHeaderSize: MAX_HEADER_BYTES, ...ARRIVAL_LIMITS };
const server = mesh ? mesh.createServer(options, answer) : createServer(options, answer);

// Connections without a request so far: Node takes them for requests that are arriving, and waits for them.
const unused = new Set();
server.on(mesh ? "secureConnection" : "connection", (socket) => {
  unused.add(socket);
  socket.once("close", () => unused.delete(socket));
});
server.prependListener("request", ({ socket }) => void unused.delete(socket));

server.on("error", (error) => refuse(error.message));
server.on("clientError", answerClientError);
server.listen(port, host, () => log("info", `listening on http://${host}:${port}`));

/** @type {import("node:http").RequestListener} */
function answer(request, response) {
  if (draining) {
    response.setHeader("connection", "close");
    if (request.url === "/health/ready") return respond(response, 503, { status: "draining" });
  }
  if (closing) return respond(response, 503, SHUTTING_DOWN);
  unanswered.add(response);
  response.once("close", () => unanswered.delete(response));
  request.headers[PROTOCOL_HEADER] = origin ? origin.protocol.slice(0, -1) : "http";
  request.headers[HOST_HEADER] = origin ? origin.host : request.headers.host;
  if (request.url === LOGOUT_CALLBACK && request.method === "POST") {
    request.headers.origin = `${request.headers[PROTOCOL_HEADER]}://${request.headers[HOST_HEADER]}`;
  }
  return handler(request, response, () => respond(response, 404, { code: "NOT_FOUND" }));
}

process.on("SIGTERM", stop);
process.on("SIGINT", stop);
// A supervisor that crashed sends no signal, but its channel closes.
process.on("disconnect", stop);

function stop() {
  if (draining) return;
  draining = true;
  // The balancer sends nothing more once it has seen that this instance is not ready.
  setTimeout(close, drainSeconds * 1_000);
}

function close() {
  closing = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  // What the event loop has not read yet is no unused connection.
  setImmediate(() => setImmediate(endUnused));
  const graceMs = graceSeconds * 1_000;
  setTimeout(refuseUnanswered, graceMs - Math.min(LAST_ANSWERS_MS, graceMs / 4)).unref();
  setTimeout(() => {
    server.closeAllConnections();
    process.exit(0);
  }, graceMs).unref();
}

function endUnused() {
  for (const socket of unused) socket.destroy();
}

function refuseUnanswered() {
  // A page that is made after all finds its answer sent.
  process.on("unhandledRejection", () => undefined);
  for (const response of unanswered) {
    if (response.headersSent) continue;
    response.setHeader("connection", "close");
    respond(response, 503, SHUTTING_DOWN);
  }
}

/** @param {NodeJS.ProcessEnv} env */
function readConfig(env) {
  const { HOST, WEB_PORT, PORT_OFFSET, WEB_URL, ORIGIN = secureOnly(WEB_URL) } = env;
  const { SHUTDOWN_DRAIN_SECONDS: drain, SHUTDOWN_GRACE_SECONDS: grace } = env;
  const offset = wholeNumber("PORT_OFFSET", PORT_OFFSET, 0);
  if (ORIGIN && !/^https?:/.test(URL.parse(ORIGIN)?.protocol ?? "")) {
    refuse(`ORIGIN must be an http or https URL, not "${ORIGIN}"`);
  }
  return {
    host: HOST || "127.0.0.1",
    port: wholeNumber("WEB_PORT", WEB_PORT, DEFAULT_PORT + offset),
    // Where a proxy terminates TLS, this is the public address.
    origin: ORIGIN ? new URL(ORIGIN) : undefined,
    drainSeconds: wholeNumber("SHUTDOWN_DRAIN_SECONDS", drain, 0, LONGEST_DRAIN_SECONDS),
    graceSeconds: wholeNumber("SHUTDOWN_GRACE_SECONDS", grace, 8, LONGEST_GRACE_SECONDS),
  };
}

/** With https, the app's own address is the only valid one. @param {string | undefined} url */
function secureOnly(url) {
  return url?.startsWith("https:") ? url : undefined;
}

/** Reads secrets from the files that container engines mount. @param {NodeJS.ProcessEnv} env */
function readSecretFiles(env) {
  for (const name of SECRETS) {
    const file = env[`${name}_FILE`];
    if (!file) continue;
    try {
      env[name] = readFileSync(file, "utf8").trim();
    } catch (error) {
      refuse(`${name}_FILE cannot be read: ${/** @type {Error} */ (error).message}`);
    }
    if (env[name] === "") refuse(`${name}_FILE: ${file} is empty`);
  }
}

/** Serves and calls in mutual TLS when the environment has certificates. @param {NodeJS.ProcessEnv} env */
async function enterMesh({ MESH_CERTIFICATES: certificates, MESH_POLICY: policy }) {
  if (!certificates && !policy) return undefined;
  if (!certificates || !policy)
    return refuse("MESH_CERTIFICATES and MESH_POLICY must be set together");
  const logger = { info: meshLine("info"), warn: meshLine("error") };
  try {
    const { joinMesh, Mesh } = await import("@allfunds/platform/mesh");
    const own = new Mesh({ service: "web", certificates, policy, logger });
    joinMesh(own);
    return own;
  } catch (error) {
    return refuse(`MESH_CERTIFICATES, MESH_POLICY: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {"info" | "error"} level */
function meshLine(level) {
  return (/** @type {object} */ details, /** @type {string} */ msg) =>
    log(level, `${msg}: ${JSON.stringify(details)}`);
}

/** @param {string} name @param {string | undefined} value @param {number} fallback */
function wholeNumber(name, value, fallback, most = 65_535) {
  if (value === undefined || value === "") return fallback;
  // A blank text is no zero.
  const number = value.trim() === "" ? Number.NaN : Number(value);
  if (!Number.isInteger(number) || number < 0 || number > most) {
    refuse(`${name} must be a whole number between 0 and ${most}, not "${value}"`);
  }
  return number;
}

/** @param {string} reason @returns {never} */
function refuse(reason) {
  log("error", reason);
  process.exit(1);
}

/** @param {import("node:http").ServerResponse} response @param {number} status @param {object} body */
function respond(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

/** @type {Readonly<Record<string, readonly [status: string, refusal: string]>>} */
const CLIENT_ERRORS = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "HEADERS_TOO_LARGE"],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "REQUEST_TIMEOUT"],
};

/** What Node's parser refuses is answered with a code, too. @param {Error & { code?: string }} error @param {import("node:stream").Duplex} socket */
function answerClientError({ code = "" }, socket) {
  // A browser opens connections ahead, and would take the answer on an unused one for that of its next request.
  const isUnused =
    code === "ERR_HTTP_REQUEST_TIMEOUT" && "bytesRead" in socket && !socket.bytesRead;
  if (code === "ECONNRESET" || !socket.writable || isUnused) return socket.destroy();
  const [status, refusal] = CLIENT_ERRORS[code] ?? ["400 Bad Request", "MALFORMED_REQUEST"];
  const body = JSON.stringify({ code: refusal });
  return socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}

/** @param {"info" | "error"} level @param {string} msg */
function log(level, msg) {
  const line = JSON.stringify({ level, time: new Date().toISOString(), service: "web", msg });
  process.stdout.write(`${line}\n`);
}
