import { expect, it } from "vitest";
import { waysIn } from "./sign-ins.ts";

const DEMO = {
  issuer: "http://localhost:4100",
  tokenEndpoint: "http://localhost:4100/oauth/token",
  resource: "urn:allfunds:graph",
  clients: [{ clientId: "c", clientSecret: "client secret", scopes: [] }],
  users: [
    { role: "viewer", email: "viewer@demo.example", password: "secret one" },
    { role: "admin", email: "admin@demo.example", password: "secret two", totpSecret: "ABC" },
  ],
  fundIds: { balanced: "fund-1" },
  accountIds: {},
  instrumentIds: {},
  endpoints: { rest: "http://127.0.0.1:8000/api/v1" },
};

it("shows for each role how to sign in, and how to get a code where one is needed", () => {
  const table = waysIn(DEMO, "");
  expect(table).toMatch(/viewer {2}viewer@demo.example {2}secret one$/m);
  expect(table).toMatch(/admin {3}admin@demo.example {3}secret two {2}and a code$/m);
  expect(table).toMatch(/^ {2}npm run totp -- admin@demo.example$/m);
  expect(table).not.toContain("ABC");
});

it("gives programs a request to copy, for the data and ports of this run", () => {
  const table = waysIn(DEMO, "PORT_OFFSET=7 ");
  expect(table).toMatch(/^ {2}TOKEN=\$\(PORT_OFFSET=7 npm run -s token\)$/m);
  expect(table).toContain('/metrics?fundId=fund-1\' -H "authorization: Bearer $TOKEN"');
});

it("shows how to begin where there is no demo", () => {
  expect(waysIn(undefined, "")).toContain("npm run tenant -- --name");
});
