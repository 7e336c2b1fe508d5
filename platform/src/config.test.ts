import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import {
  ConfigError,
  databaseUrl,
  describeConfig,
  listVariables,
  loadConfig,
  upstreamUrl,
  port,
  secret,
} from "./config.ts";

const shape = {
  SHOP_PORT: port(4001),
  SHOP_URL: upstreamUrl(4002),
  DATABASE_URL_SHOP: databaseUrl(),
  GEMINI_API_KEY: secret().optional(),
  SHOP_SIZE: z.coerce.number().int().default(3),
};
const good = { DATABASE_URL_SHOP: "postgres://u:p@h:5432/shop" };

it("fills in the default when a variable is absent or empty", () => {
  const config = loadConfig("shop", shape, { ...good, SHOP_SIZE: "" });
  expect(config).toMatchObject({
    SHOP_PORT: 4001,
    SHOP_URL: "http://127.0.0.1:4002",
    SHOP_SIZE: 3,
    HOST: "127.0.0.1",
  });
  expect(Object.isFrozen(config)).toBe(true);
});

it("moves default ports and upstream URLs, not explicit ones, when PORT_OFFSET is set", () => {
  const config = loadConfig("shop", shape, {
    ...good,
    PORT_OFFSET: "100",
    SHOP_URL: "http://shop:80/",
  });
  expect(config).toMatchObject({ SHOP_PORT: 4101, SHOP_URL: "http://shop:80" });
  expect(
    loadConfig("shop", shape, { ...good, PORT_OFFSET: "100", SHOP_PORT: "5000" }).SHOP_PORT,
  ).toBe(5000);
});

it("lists every problem when several variables are wrong", () => {
  const broken = {
    SHOP_PORT: "eighty",
    DATABASE_URL_SHOP: "mysql://x",
    SHOP_SIZE: "1.5",
    PORT_OFFSET: "-1",
  };
  expect(() => loadConfig("shop", shape, broken)).toThrow(ConfigError);
  for (const name of Object.keys(broken)) {
    expect(() => loadConfig("shop", shape, broken)).toThrow(name);
  }
});

it("masks secrets when the configuration is printed", () => {
  const printed = JSON.stringify(
    describeConfig(loadConfig("shop", shape, { ...good, GEMINI_API_KEY: "k-123" })),
  );
  expect(printed).not.toContain("k-123");
  expect(printed).not.toContain("u:p@");
  expect(printed).toContain("********");
});

it("masks secrets that were marked after they became optional or got a default", () => {
  const late = {
    LATE_PASSWORD: z.string().optional().meta({ secret: true }).describe("A password."),
    LATE_URLS: z
      .string()
      .default("")
      .refine(() => true)
      .meta({ secret: true }),
  };
  const config = loadConfig("shop", late, {
    LATE_PASSWORD: "p-123",
    LATE_URLS: "a=postgres://p-4",
  });
  expect(describeConfig(config)).toMatchObject({
    LATE_PASSWORD: "********",
    LATE_URLS: "********",
  });
});

it("reads a value from a file when <NAME>_FILE is set", () => {
  const folder = mkdtempSync(join(tmpdir(), "config-"));
  try {
    const file = join(folder, "url");
    writeFileSync(file, "postgres://u:from-file@h:5432/shop\n");
    const config = loadConfig("shop", shape, { DATABASE_URL_SHOP_FILE: file });
    expect(config.DATABASE_URL_SHOP).toBe("postgres://u:from-file@h:5432/shop");
    expect(JSON.stringify(describeConfig(config))).not.toContain("from-file");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("lists a file once among the other problems when it cannot be read", () => {
  const broken = { DATABASE_URL_SHOP_FILE: "/nowhere/url", SHOP_SIZE: "x" };
  expect(() => loadConfig("shop", shape, broken)).toThrow(
    /2 problem\(s\)[^]*DATABASE_URL_SHOP_FILE: \/nowhere\/url cannot be read[^]*SHOP_SIZE/,
  );
});

it("takes a variable whose name ends with _FILE for itself, not for the file of another one", () => {
  const config = loadConfig(
    "shop",
    { SHOP_DOCUMENTS: z.string().default("off"), SHOP_DOCUMENTS_FILE: z.string() },
    { SHOP_DOCUMENTS: "enforce", SHOP_DOCUMENTS_FILE: "/nowhere/list.json" },
  );
  expect(config).toMatchObject({
    SHOP_DOCUMENTS: "enforce",
    SHOP_DOCUMENTS_FILE: "/nowhere/list.json",
  });
});

it("refuses a variable when it is set both directly and by file", () => {
  expect(() =>
    loadConfig("shop", shape, { ...good, DATABASE_URL_SHOP_FILE: "/nowhere/url" }),
  ).toThrow("set only one of them");
});

it("lists what a shape states of its variables, with defaults as one would write them", () => {
  const listed = listVariables({
    ...shape,
    SHOP_NAMES: z
      .string()
      .default("a,b")
      .transform((text) => text.split(","))
      .describe("Names."),
    SHOP_THREADS: z.number().default(7).meta({ fallback: "processors" }),
    SHOP_EMPTY: z.string().default(""),
  });
  const row = (name: string) => listed.find((variable) => variable.name === name);
  expect(row("SHOP_PORT")).toMatchObject({ fallback: "4001", isRequired: false, isSecret: false });
  expect(row("SHOP_URL")?.fallback).toBe("http://127.0.0.1:4002");
  expect(row("DATABASE_URL_SHOP")).toMatchObject({ isRequired: true, isSecret: true });
  expect(row("GEMINI_API_KEY")).toMatchObject({ isRequired: false, isSecret: true });
  expect(row("SHOP_SIZE")?.fallback).toBe("3");
  expect(row("SHOP_NAMES")).toMatchObject({ fallback: "a,b", description: "Names." });
  expect(row("SHOP_THREADS")?.fallback).toBe("processors");
  expect(row("SHOP_EMPTY")?.fallback).toBeUndefined();
});
