import pg from "pg";
import { expect, it } from "vitest";
import { connectByUrl } from "./pool.ts";

it("connects a pool of the mapper in TLS when its URL requests that", () => {
  const pool = new pg.Pool({ host: "ledger-db", user: "ledger", database: "ledger" });
  const usesTls = (): unknown => new pg.Client(pool.options).ssl;
  expect(usesTls()).toBe(false);
  connectByUrl(pool, "postgres://ledger:p@ledger-db/ledger?sslmode=no-verify");
  expect(usesTls()).toEqual({ rejectUnauthorized: false });
});
