import { get as getPlainly, type ClientRequest, type IncomingMessage } from "node:http";
import { get as getSecurely } from "node:https";
import { MESH_HOST, ownCredentials } from "./own-mesh.ts";

const ANSWER_WITHIN_MS = 2_000;

/** Reads the readiness of a service on this machine, in mutual TLS when this process has a mesh. */
function getReadiness(port: number, answered: (response: IncomingMessage) => void): ClientRequest {
  const target = { port, path: "/health/ready", timeout: ANSWER_WITHIN_MS, agent: false };
  const credentials = ownCredentials();
  return credentials === undefined
    ? getPlainly({ ...target, host: "127.0.0.1" }, answered)
    : getSecurely({ ...target, ...credentials, host: MESH_HOST }, answered);
}

/** Whether a service on this machine reports that it is ready; an error or silence means no. */
export function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = getReadiness(port, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(false));
  });
}

/** What a service reports about its readiness, for people. */
export function readinessReport(port: number): Promise<string> {
  return new Promise((resolve) => {
    const request = getReadiness(port, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve(text.slice(0, 500)));
    });
    request.once("timeout", () => request.destroy());
    request.once("error", (error) => resolve(error.message));
  });
}
