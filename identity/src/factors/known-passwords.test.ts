import { expect, test } from "vitest";
import { refuseWeakPassword } from "./password.ts";

const refusalOf = (password: string): Promise<unknown> =>
  refuseWeakPassword(password, {
    email: "lovelace@northgate.example",
    tenant: "Harbour Lane Capital",
  }).catch((error: unknown) => error);

test.each([
  ["is of a breach", "qwertyuiop[]12"],
  ["is of a breach with digits and signs around it", "!!Dragon2026!!"],
  ["is one of a breach written twice", "monkeymonkey"],
  ["has the name of the address", "violet lovelace lanterns"],
  ["is the product's name with a little around it", "AllFunds-2026!!"],
  ["is of the words of the tenant's name", "harbourcapital2026"],
])("refuses a password that %s", async (_what, password) => {
  expect(await refusalOf(password)).toMatchObject({ code: "INVALID_INPUT" });
});

test.each([
  "violet harbour seven lanterns",
  "allfunds is not what I think of",
  "Grüße aus dem Hinterhof",
  "kJ8f-Qm2x-Lp0z-Vt5r",
])("takes %s", async (password) => {
  expect(await refusalOf(password)).toBeUndefined();
});
