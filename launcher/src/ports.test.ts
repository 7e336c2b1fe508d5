import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { choosePorts, refuseTakenPorts } from "./ports.ts";

describe("the ports of a run", () => {
  it("move together by the offset", () => {
    expect(choosePorts(100, {})).toMatchObject({ WEB_PORT: 3100, GATEWAY_PORT: 4100 });
  });

  it("stay where a variable of their own puts them", () => {
    const ports = choosePorts(100, { LEDGER_PORT: "5000" });
    expect(ports).toMatchObject({ LEDGER_PORT: 5000, METRICS_PORT: 4103 });
  });

  it("refuse a variable that is no port", () => {
    expect(() => choosePorts(0, { REST_PORT: "http" })).toThrow(/REST_PORT/);
    expect(() => choosePorts(50_000, { WEB_PORT: "70000" })).toThrow(/WEB_PORT/);
  });

  it("refuse an offset that leads to a port that browsers refuse", () => {
    expect(() => choosePorts(2000, {})).toThrow(/GATEWAY_PORT would be 6000/);
  });

  it("are reported with the process that holds them", async () => {
    const holders = await Promise.all([listen(), listen()]);
    const [first = 0, second = 0] = holders.map(({ port }) => port);
    const ports = choosePorts(40_000, { WEB_PORT: String(first), REST_PORT: String(second) });
    const refusal = refuseTakenPorts(ports, true);
    await expect(refusal).rejects.toThrow(new RegExp(`${first}.*web.*process ${process.pid}`));
    await expect(refusal).rejects.toThrow(new RegExp(`${second}.*rest-bridge`));
    for (const { close } of holders) close();
  });
});

function listen(): Promise<{ port: number; close: () => void }> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      resolve({ port, close: () => server.close() });
    });
  });
}
