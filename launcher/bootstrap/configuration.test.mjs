import { ConfigError, commonShape, loadConfig } from "@allfunds/platform/config";
import { expect, it } from "vitest";
import { variables as gateway } from "../../gateway/src/config.ts";
import { variables as identity } from "../../identity/src/config.ts";
import { variables as restBridge } from "../../rest-bridge/src/config.ts";
import { variables as analytics } from "../../subgraphs/analytics/src/config.ts";
import { variables as ledger } from "../../subgraphs/ledger/src/config.ts";
import { variables as metrics } from "../../subgraphs/metrics/src/config.ts";

const SERVICES = { gateway, ledger, analytics, metrics, identity, restBridge };

/** What every service starts with; each case changes one variable. */
const GIVEN = {
  ...Object.fromEntries(
    ["LEDGER", "ANALYTICS", "METRICS", "IDENTITY"].map((name) => [
      `DATABASE_URL_${name}`,
      "postgres://user:password@127.0.0.1:5432/name",
    ]),
  ),
  WEB_CLIENT_SECRET: "a".repeat(48),
  IDENTITY_ENCRYPTION_SECRET: "a".repeat(48),
};

const namesOf = (shape) => Object.keys({ ...commonShape, ...shape });

/** The problems that a service states when these variables have a value, by variable. */
function problemsOf(shape, names, value) {
  try {
    loadConfig("service", shape, {
      ...GIVEN,
      ...Object.fromEntries(names.map((name) => [name, value])),
    });
    return new Map();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Map.groupBy(error.problems, (problem) => problem.split(":")[0]);
  }
}

const VALUES = [
  " ",
  "\t",
  "abc",
  "-1",
  "1e30",
  "1.5",
  "99999999999999999999",
  "ftp://host/x",
].concat(["http://", "http://host:99999", "NaN", "a\nb", "../x", ","]);
/** What no number and no address of a service is. */
const NO_NUMBER = [" ", "\t", "abc", "1e30", "NaN", "a\nb", "-1", "99999999999999999999"];
const NO_URL = [" ", "\t", "abc", "-1", "ftp://host/x", "http://", "http://host:99999", "../x"];
const NO_TEXT = [" ", "\t"];

const isUrl = (name) => /_UR[LI]$/.test(name);

it.each(Object.entries(SERVICES))("names what is wrong of every variable of %s", (_name, shape) => {
  const names = namesOf(shape);
  const standard = loadConfig("service", shape, GIVEN);
  const isNumber = (name) => typeof standard[name] === "number";
  const wrongOf = (name) => {
    if (isNumber(name)) return NO_NUMBER;
    return isUrl(name) ? NO_URL : NO_TEXT;
  };
  const accepted = [];
  for (const value of VALUES) {
    const problems = problemsOf(shape, names, value);
    expect([...problems.keys()].filter((name) => !names.includes(name))).toEqual([]);
    expect([...problems.values()].flat().filter((problem) => problem.includes("\n"))).toEqual([]);
    for (const name of names)
      if (wrongOf(name).includes(value) && !problems.has(name))
        accepted.push(`${name}=${JSON.stringify(value)}`);
  }
  expect(accepted).toEqual([]);
  // Otherwise nothing above would have been a number or an address.
  expect(names.filter(isNumber).length).toBeGreaterThan(4);
  expect(names.filter(isUrl).length).toBeGreaterThan(1);
});

it("names the offset alone when it is wrong, not the ports that it moves", () => {
  for (const value of [" ", "-1", "1e30", "99999"])
    expect([...problemsOf(gateway, ["PORT_OFFSET"], value).keys()]).toEqual(["PORT_OFFSET"]);
});
