import { expect, test } from "vitest";
import { readDimension, readValues } from "./dimension-form.ts";

test("reads values with what they stand for, and those that end", () => {
  expect(readValues("LU  Luxembourg office\n\n- DE Frankfurt\nIT\n")).toEqual([
    { value: "LU", name: "Luxembourg office", isActive: true },
    { value: "DE", name: "Frankfurt", isActive: false },
    { value: "IT", name: "IT", isActive: true },
  ]);
});

test("reads a new dimension, and the next version of one", () => {
  const form = new FormData();
  form.set("dimension", "costCentre");
  form.set("name", "Cost centre");
  form.append("requiredTypes", "EXPENSE");
  form.append("requiredTypes", "NONSENSE");
  form.set("requiredCodes", "51, 52");
  const fresh = readDimension(form);
  expect(fresh).toMatchObject({ replaces: 0, isActive: true, requiredTypes: ["EXPENSE"] });
  expect(fresh.requiredCodes).toEqual(["51", "52"]);
  form.set("replaces", "3");
  form.set("isClosed", "on");
  expect(readDimension(form)).toMatchObject({ replaces: 3, isActive: false });
});
