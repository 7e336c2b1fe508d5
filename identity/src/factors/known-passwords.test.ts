import { expect, test } from "vitest";
import { refuseWeakPassword } from "./password.ts";

const refusalOf = (password: string): Promise<unknown> =>
  refuseWeakPassword(password, "ada@northgate.example").catch((error: unknown) => error);

test.each([
  ["is of a breach", "qwertyuiop[]12"],
  ["is of a breach with digits and signs around it", "!!Dragon2026!!"],
  ["is one of a breach written twice", "monkeymonkey"],
])("refuses a password that %s", async (_what, password) => {
  expect(await refusalOf(password)).toMatchObject({ code: "INVALID_INPUT" });
});

test.each(["violet harbour seven lanterns", "Grüße aus dem Hinterhof", "kJ8f-Qm2x-Lp0z-Vt5r"])(
  "takes %s",
  async (password) => {
    expect(await refusalOf(password)).toBeUndefined();
  },
);
