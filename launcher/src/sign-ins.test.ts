import { expect, it } from "vitest";
import { signInTable } from "./sign-ins.ts";

it("says for each role how to sign in, and how to get a code where one is needed", () => {
  const table = signInTable([
    { role: "viewer", email: "viewer@demo.example", password: "secret one" },
    { role: "admin", email: "admin@demo.example", password: "secret two", totpSecret: "ABC" },
  ]);
  expect(table).toMatch(/viewer {2}viewer@demo.example {2}secret one$/m);
  expect(table).toMatch(/admin {3}admin@demo.example {3}secret two {2}and a code$/m);
  expect(table).toContain("npm run totp -- admin@demo.example");
  expect(table).not.toContain("ABC");
});
