import { describe, expect, test } from "vitest";
import { evolve, FUND_ID, run, sampleBook } from "../../engine/sample-book.fixture.ts";
import { accountByCode } from "../accounts/account.ts";
import { administerCommands, CLASSES } from "../fund-terms/administered-fund.fixture.ts";
import {
  classTermsOn,
  requireShareClass,
  shareClassesOf,
  unitAsset,
  type OpenShareClass,
} from "./share-class.ts";

const [ADMINISTER, OPEN_A, ...REST] = administerCommands(FUND_ID);

const open = (more: Partial<OpenShareClass> = {}): OpenShareClass => ({
  ...(OPEN_A as OpenShareClass),
  ...more,
});

function administered() {
  const state = sampleBook();
  if (ADMINISTER === undefined) throw new Error("no terms");
  run(state, ADMINISTER);
  return state;
}

const TIERS_OF_MILLS: OpenShareClass["terms"] = {
  managementFee: {
    tiers: [
      { from: "0", rate: "0.01" },
      { from: "1000.001", rate: "0.02" },
    ],
    dayCount: "ACT_365F",
  },
};

describe("opening a share class", () => {
  test.each<[string, Partial<OpenShareClass>, string]>([
    ["as it should be", {}, "ok"],
    ["with a wrong check digit", { isin: "QSFUNDA00012" }, "INVALID_INPUT"],
    ["with a code that is not in capitals", { code: "a" }, "INVALID_INPUT"],
    ["with a price of zero", { launchPrice: "0.0000" }, "INVALID_INPUT"],
    ["with a price of more decimals than its NAV", { launchPrice: "0.00001" }, "INVALID_INPUT"],
    ["with zeros behind the decimals of its NAV", { launchPrice: "0.000100" }, "ok"],
    ["with a fee from a fraction of a cent on", { terms: TIERS_OF_MILLS }, "INVALID_INPUT"],
    ["in an asset", { currency: "BTC/8" }, "INVALID_INPUT"],
    ["in an unknown currency", { currency: "ZZZ" }, "INVALID_INPUT"],
    ["before the terms of its fund", { launchDate: "2026-08-31" }, "INVALID_INPUT"],
    ["with a rate above one", { terms: { exitChargeRate: "1.01" } }, "INVALID_INPUT"],
    ["with surplus decimals", { terms: { minimumInitial: "0.001" } }, "INVALID_AMOUNT"],
    ["of another fund", { fundId: CLASSES.a }, "FUND_NOT_FOUND"],
  ])("%s is answered %s", (_what, more, expected) => {
    expect(run(administered(), open(more))).toBe(expected);
  });

  test("is refused when the id, code or ISIN is another class's", () => {
    const state = administered();
    expect(run(state, open())).toBe("ok");
    const other = { classId: CLASSES.b, code: "C", isin: "IE00B4L5Y983" };
    expect(run(state, open({ ...other, classId: CLASSES.a }))).toBe("ALREADY_EXISTS");
    expect(run(state, open({ ...other, code: "A" }))).toBe("ALREADY_EXISTS");
    expect(run(state, open({ ...other, isin: "QSFUNDA00013" }))).toBe("ALREADY_EXISTS");
    expect(run(state, open(other))).toBe("ok");
  });

  test("opens the accounts that its orders and valuations post to", () => {
    const state = administered();
    run(state, open());
    for (const command of REST.slice(0, 1)) run(state, command);
    const typed = (code: string) => {
      const { type, currency, managed } = accountByCode(state, code) ?? {};
      return `${type} ${currency} ${managed === true ? "managed" : "open"}`;
    };
    expect(["3000-A", "3800-A", "2900-USD", "1900-USD", "1000-USD", "2220"].map(typed)).toEqual([
      "EQUITY EUR managed",
      "EQUITY QSFUNDA00013/4 managed",
      "LIABILITY USD managed",
      "ASSET EUR managed",
      "ASSET USD open",
      "LIABILITY EUR open",
    ]);
  });
});

test("NAVs keep the decimals of launch prices until the classes have a NAV", () => {
  const state = administered();
  run(state, open({ launchPrice: "9.75" }));
  const terms = (navDecimals: number, effectiveFrom = "2026-10-01") =>
    run(state, { kind: "AdministerFund", fundId: FUND_ID, effectiveFrom, terms: { navDecimals } });
  expect(terms(1)).toBe("INVALID_INPUT");
  expect(terms(2)).toBe("ok");
  const nav = { code: "A", currency: "EUR", units: "1.0000", navPerUnit: "9.75" };
  const none = { fees: "0.00", commonShare: "0.00", result: "0.00" };
  evolve(state, {
    type: "NavPublished",
    valuationId: CLASSES.b,
    fundId: FUND_ID,
    navDate: "2026-09-30",
    currency: "EUR",
    netAssets: "9.75",
    classes: [{ classId: CLASSES.a, ...nav, ...none, netAssets: "9.75", netAssetsBase: "9.75" }],
    transactionIds: [],
  });
  expect(terms(1, "2026-10-02")).toBe("ok");
});

test("terms of a class change from their date on, and what they do not name stays", () => {
  const state = administered();
  run(state, open());
  for (const command of REST) expect(run(state, command)).toBe("ok");
  const shareClass = requireShareClass(state, CLASSES.a);
  expect(classTermsOn(shareClass, "2026-12-31").minimumInitial).toBe("0");
  expect(classTermsOn(shareClass, "2027-01-01")).toMatchObject({
    minimumInitial: "1000",
    exitChargeRate: "0.0050",
  });
  expect(requireShareClass(state, CLASSES.b).status).toBe("OPEN");
  expect(shareClassesOf(state).map(unitAsset)).toEqual(["QSFUNDA00013/4", "QSFUNDB00011/4"]);
});
