import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readOptions } from "./options.ts";

describe("the options of a start", () => {
  it("come from the environment when no argument names them", () => {
    const options = readOptions([], { ALLFUNDS_DATA: "/somewhere", PORT_OFFSET: "100" });
    expect(options).toMatchObject({ dataDir: "/somewhere", offset: 100, demo: true, fresh: false });
  });

  it("prefer the arguments", () => {
    const args = ["--data", "there", "--offset", "7", "--fresh", "--no-demo"];
    const options = readOptions(args, { ALLFUNDS_DATA: "/somewhere", PORT_OFFSET: "100" });
    expect(options).toMatchObject({
      dataDir: resolve("there"),
      offset: 7,
      demo: false,
      fresh: true,
    });
  });

  it.each(["x", "-1", "1.5", "60000"])("refuse %s as an offset", (offset) => {
    expect(() => readOptions([`--offset=${offset}`], {})).toThrow(/port offset/);
  });

  it("refuse an unknown option", () => {
    expect(() => readOptions(["--frehs"], {})).toThrow(/frehs/);
  });
});
