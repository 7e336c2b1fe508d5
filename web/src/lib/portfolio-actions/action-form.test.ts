import { expect, test } from "vitest";
import { readAction } from "./action-form.ts";

test("reads a dividend with figures in the notation of the reader", () => {
  const form = new FormData();
  const entered = {
    kind: "DIVIDEND",
    isin: "qsnordl00018",
    exDate: "2026-11-12",
    payDate: "2026-11-20",
    perUnit: "1,10",
    withholdingRate: "0,15",
    idempotencyKey: "key-1",
  };
  for (const [name, text] of Object.entries(entered)) form.set(name, text);
  expect(readAction(form, "fund-1", ",")).toEqual({
    fundId: "fund-1",
    kind: "DIVIDEND",
    isin: "QSNORDL00018",
    intoIsin: null,
    exDate: "2026-11-12",
    payDate: "2026-11-20",
    perUnit: "1.10",
    newUnits: null,
    oldUnits: null,
    costShare: null,
    cashPerUnit: null,
    cashCostShare: null,
    fractionPrice: null,
    exchangeRate: null,
    withholdingRate: "0.15",
    reclaimableShare: "0",
    idempotencyKey: "key-1",
  });
});
