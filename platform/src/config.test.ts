import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import {
  ConfigError,
  databaseUrl,
  describeConfig,
  loadConfig,
  neighbourUrl,
  port,
  secret,
} from "./config.ts";

const shape = {
  JAR_PORT: port(4001),
  JAR_URL: neighbourUrl(4002),
  DATABASE_URL_JAR: databaseUrl(),
  GEMINI_API_KEY: secret().optional(),
  JAR_SIZE: z.coerce.number().int().default(3),
};
const good = { DATABASE_URL_JAR: "postgres://u:p@h:5432/jar" };

it("fills in defaults and takes an empty variable for an absent one", () => {
  const config = loadConfig("jars", shape, { ...good, JAR_SIZE: "" });
  expect(config).toMatchObject({
    JAR_PORT: 4001,
    JAR_URL: "http://127.0.0.1:4002",
    JAR_SIZE: 3,
    HOST: "127.0.0.1",
  });
  expect(Object.isFrozen(config)).toBe(true);
});

it("moves default ports and neighbours by PORT_OFFSET, explicit ones not", () => {
  const config = loadConfig("jars", shape, {
    ...good,
    PORT_OFFSET: "100",
    JAR_URL: "http://jars:80/",
  });
  expect(config).toMatchObject({ JAR_PORT: 4101, JAR_URL: "http://jars:80" });
  expect(
    loadConfig("jars", shape, { ...good, PORT_OFFSET: "100", JAR_PORT: "5000" }).JAR_PORT,
  ).toBe(5000);
});

it("lists every problem at once", () => {
  const broken = {
    JAR_PORT: "eighty",
    DATABASE_URL_JAR: "mysql://x",
    JAR_SIZE: "1.5",
    PORT_OFFSET: "-1",
  };
  expect(() => loadConfig("jars", shape, broken)).toThrow(ConfigError);
  for (const name of Object.keys(broken)) {
    expect(() => loadConfig("jars", shape, broken)).toThrow(name);
  }
});

it("masks secrets when printed", () => {
  const printed = JSON.stringify(
    describeConfig(loadConfig("jars", shape, { ...good, GEMINI_API_KEY: "k-123" })),
  );
  expect(printed).not.toContain("k-123");
  expect(printed).not.toContain("u:p@");
  expect(printed).toContain("********");
});

it("takes a value from the file that <NAME>_FILE names", () => {
  const folder = mkdtempSync(join(tmpdir(), "config-"));
  try {
    const file = join(folder, "url");
    writeFileSync(file, "postgres://u:from-file@h:5432/jar\n");
    const config = loadConfig("jars", shape, { DATABASE_URL_JAR_FILE: file });
    expect(config.DATABASE_URL_JAR).toBe("postgres://u:from-file@h:5432/jar");
    expect(JSON.stringify(describeConfig(config))).not.toContain("from-file");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("names a file that cannot be read once, among the other problems", () => {
  const broken = { DATABASE_URL_JAR_FILE: "/nowhere/url", JAR_SIZE: "x" };
  expect(() => loadConfig("jars", shape, broken)).toThrow(
    /2 problem\(s\)[^]*DATABASE_URL_JAR_FILE: \/nowhere\/url cannot be read[^]*JAR_SIZE/,
  );
});

it("refuses a variable that is given both directly and by file", () => {
  expect(() =>
    loadConfig("jars", shape, { ...good, DATABASE_URL_JAR_FILE: "/nowhere/url" }),
  ).toThrow("only one can be meant");
});
