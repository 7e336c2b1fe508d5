import { describe, expect, it } from "vitest";
import { addressName, parseAddresses, resolveAddresses } from "./addresses.ts";

describe("a list of addresses", () => {
  it("has an address for each entry, also for Unix sockets", () => {
    expect(parseAddresses("http://a:1/, https://b/graphql ,unix:/run/c.sock:/graphql")).toEqual([
      { origin: "http://a:1", pathname: "" },
      { origin: "https://b", pathname: "/graphql" },
      { origin: "http://localhost", pathname: "/graphql", socketPath: "/run/c.sock" },
    ]);
  });

  it.each(["", "nowhere", "http://a,", "ftp://a", "unix:a.sock"])(
    "is refused when it is %j",
    (list) => {
      expect(() => parseAddresses(list)).toThrow(TypeError);
    },
  );
});

const found = (ips: readonly string[]) => async () => ips.map((address) => ({ address }));
const gone = async () => Promise.reject(new Error("ENOTFOUND"));

describe("the endpoints of a host", () => {
  const tasks = parseAddresses("http://tasks.ledger:4001,http://10.0.0.9:4001,http://localhost:1");
  const names = async (known: Parameters<typeof resolveAddresses>[1], lookup: Lookup) =>
    (await resolveAddresses(tasks, known, lookup)).map(addressName);
  type Lookup = Parameters<typeof resolveAddresses>[2];

  it("are its records, each once; addresses and this machine's name stand for themselves", async () => {
    expect(await names([], found(["10.0.0.1", "fd00::1", "10.0.0.1"]))).toEqual([
      "http://tasks.ledger:4001 (10.0.0.1)",
      "http://tasks.ledger:4001 (fd00::1)",
      "http://10.0.0.9:4001",
      "http://localhost:1",
    ]);
  });

  it("stay as they were when the name has no record at the moment", async () => {
    const known = await resolveAddresses(tasks, [], found(["10.0.0.1"]));
    expect(await names(known, gone)).toContain("http://tasks.ledger:4001 (10.0.0.1)");
    expect(await names([], gone)).toContain("http://tasks.ledger:4001");
  });
});
