import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";

/** How a server answers from now on. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

export const json =
  (text: string, status = 200, headers: Record<string, string> = {}): Behaviour =>
  (_request, response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);

/** Never answers. */
export const hang: Behaviour = () => undefined;

/** Ends the connection without an answer. */
export const reset: Behaviour = (request) => request.socket.destroy();

const isProbe = ({ url, headers }: IncomingMessage): boolean =>
  url === "/probe" || headers["user-agent"]?.endsWith("-probe") === true;

/** A server whose behaviour a test changes. */
export interface FlakyServer {
  readonly url: string;
  behaviour: Behaviour;
  /** The paths of the requests that came, without those of probes. */
  readonly paths: string[];
  readonly close: () => Promise<void>;
}

/** Serves on a free port, on a Unix socket, or in TLS on this machine's name. */
export async function startFlakyServer(
  behaviour: Behaviour,
  listenOn: string | number | ServerOptions = 0,
): Promise<FlakyServer> {
  const paths: string[] = [];
  const listener: Behaviour = (request, response) => {
    if (!isProbe(request)) paths.push(request.url ?? "");
    flaky.behaviour(request, response);
  };
  const isSecure = typeof listenOn === "object";
  const server = isSecure ? createSecureServer(listenOn, listener) : createServer(listener);
  await new Promise<void>((resolve) => {
    if (typeof listenOn === "string") server.listen(listenOn, resolve);
    else server.listen(isSecure ? 0 : listenOn, "127.0.0.1", resolve);
  });
  const origin = isSecure ? "https://localhost" : "http://127.0.0.1";
  const url =
    typeof listenOn === "string"
      ? `unix:${listenOn}`
      : `${origin}:${(server.address() as AddressInfo).port}`;
  const flaky: FlakyServer = {
    url,
    behaviour,
    paths,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return flaky;
}
