import { get } from "node:http";

const ANSWER_WITHIN_MS = 2_000;

/** Whether a service on this machine reports that it is ready; an error or silence means no. */
export function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      { host: "127.0.0.1", port, path: "/health/ready", timeout: ANSWER_WITHIN_MS, agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(false));
  });
}

/** What a service reports about its readiness, for people. */
export function readinessReport(port: number): Promise<string> {
  return new Promise((resolve) => {
    const request = get(
      { host: "127.0.0.1", port, path: "/health/ready", agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve(text.slice(0, 500)));
      },
    );
    request.once("error", (error) => resolve(error.message));
  });
}
