import { isIsin } from "@allfunds/contract/identifiers";
import type { EventPlace } from "../../engine/book.ts";
import { canonicalJson, uuidOfText } from "../../engine/canonical-json.ts";
import { codecOf } from "../../engine/event-codec.ts";
import {
  checkCurrency,
  checkDate,
  checkText,
  checkUuid,
  decimalOrNull,
  Findings,
  pagesOfBatch,
} from "../../engine/input-rules.ts";
import { defineSlice, foldsNothing } from "../../engine/slice.ts";
import type { AppendTable, ColumnValue } from "../../engine/table.ts";
import { CreateSecurities } from "./security-migrations.ts";

/** What a security is. */
export const SECURITY_TYPES = {
  EQUITY: "EQUITY",
  FUND: "FUND",
  BOND: "BOND",
  RIGHT: "RIGHT",
  OTHER: "OTHER",
} as const;
export type SecurityType = keyof typeof SECURITY_TYPES;

/** What the issuer of a security does. */
export const SECURITY_SECTORS = {
  ENERGY: "ENERGY",
  MATERIALS: "MATERIALS",
  INDUSTRIALS: "INDUSTRIALS",
  CONSUMER_DISCRETIONARY: "CONSUMER_DISCRETIONARY",
  CONSUMER_STAPLES: "CONSUMER_STAPLES",
  HEALTH_CARE: "HEALTH_CARE",
  FINANCIALS: "FINANCIALS",
  INFORMATION_TECHNOLOGY: "INFORMATION_TECHNOLOGY",
  COMMUNICATION_SERVICES: "COMMUNICATION_SERVICES",
  UTILITIES: "UTILITIES",
  REAL_ESTATE: "REAL_ESTATE",
  GOVERNMENT: "GOVERNMENT",
  OTHER: "OTHER",
} as const;
export type SecuritySector = keyof typeof SECURITY_SECTORS;

/** How the days of a period become a part of a year. */
export const DAY_COUNTS = {
  THIRTY_360: "THIRTY_360",
  THIRTY_E_360: "THIRTY_E_360",
  ACT_360: "ACT_360",
  ACT_365F: "ACT_365F",
  ACT_ACT_ISDA: "ACT_ACT_ISDA",
  ACT_ACT_ICMA: "ACT_ACT_ICMA",
} as const;
export type DayCount = keyof typeof DAY_COUNTS;

/** How a bond pays interest. */
export interface BondTerms {
  /** Interest of a year as a share of the nominal, a decimal string: 4.25 % is `0.0425`. */
  readonly couponRate: string;
  /** Coupons of a year: 1, 2, 4 or 12; 0 for none. */
  readonly frequency: number;
  readonly dayCount: DayCount;
  /** First day that counts. */
  readonly accruesFrom: string;
  /** First coupon date where the first period is a stub. */
  readonly firstCoupon: string | null;
  readonly maturity: string;
  /** Coupons fall on the last day of their month. */
  readonly isMonthEnd: boolean;
  /** Days before a coupon from which on the buyer does not get it; 0 for none. */
  readonly exCouponDays: number;
}

/** A security as the tenant describes it to all its funds. */
export interface Security {
  /** Follows from tenant and ISIN, so that every description of it has the same. */
  readonly id: string;
  readonly isin: string;
  readonly name: string;
  readonly securityType: SecurityType;
  /** Currency it trades in. */
  readonly currency: string;
  /** Decimals of a quantity, 0 to 18. A bond's quantity is its nominal. */
  readonly quantityDecimals: number;
  /** Null unless it is a bond. */
  readonly bond: BondTerms | null;
  /** Country of the issuer's risk, ISO 3166-1 alpha-2. Earlier descriptions have no such member. */
  readonly country?: string | null;
  readonly sector?: SecuritySector | null;
}

/** The id of a tenant's security. */
export const securityId = (tenantId: string, isin: string): string =>
  uuidOfText(`security ${tenantId} ${isin}`);

/** The command to describe securities to all funds of a tenant. */
export interface RegisterSecurities {
  readonly kind: "RegisterSecurities";
  readonly batchId: string;
  readonly securities: readonly Security[];
}

/** Securities were described. A later description of the same ISIN holds for what is decided after it. */
export interface SecuritiesRegistered {
  readonly type: "SecuritiesRegistered";
  readonly fundId: null;
  readonly batchId: string;
  readonly securities: readonly Security[];
}

const MAX_SECURITIES = 5_000;
const PER_EVENT = 500;

function decideRegister({
  batchId,
  securities: items,
}: RegisterSecurities): SecuritiesRegistered[] {
  const batch = { path: "securities", batchId, items, most: MAX_SECURITIES, perEvent: PER_EVENT };
  const pages = pagesOfBatch(batch, checkSecurities);
  return pages.map((securities) => ({
    type: "SecuritiesRegistered",
    fundId: null,
    batchId,
    securities,
  }));
}

function checkSecurities(findings: Findings, securities: readonly Security[]): void {
  const seen = new Set<string>();
  for (const [index, security] of securities.entries()) {
    const path = `securities.${index}`;
    checkSecurity(findings, path, security);
    if (seen.has(security.isin)) findings.add(`${path}.isin`, "comes twice");
    seen.add(security.isin);
  }
}

function checkSecurity(findings: Findings, path: string, security: Security): void {
  const { isin, name, currency, securityType, quantityDecimals, bond } = security;
  checkUuid(findings, `${path}.id`, security.id);
  if (!isIsin(isin)) findings.add(`${path}.isin`, "must be an ISIN with its check digit");
  checkText(findings, `${path}.name`, name, { min: 1, max: 200 });
  checkCurrency(findings, `${path}.currency`, currency);
  if (!Number.isInteger(quantityDecimals) || quantityDecimals < 0 || quantityDecimals > 18) {
    findings.add(`${path}.quantityDecimals`, "must be 0 to 18");
  }
  if ((securityType === "BOND") !== (bond !== null)) {
    findings.add(`${path}.bond`, "is for a BOND, and a BOND needs it");
  }
  if (bond !== null) checkBond(findings, `${path}.bond`, bond);
  const { country = null, sector = null } = security;
  if (country !== null && !/^[A-Z]{2}$/.test(country)) {
    findings.add(`${path}.country`, "must be an ISO 3166-1 code such as DE");
  }
  if (sector !== null && !Object.hasOwn(SECURITY_SECTORS, sector)) {
    findings.add(`${path}.sector`, "is not known");
  }
}

const FREQUENCIES = [0, 1, 2, 4, 12];

function checkBond(findings: Findings, path: string, bond: BondTerms): void {
  const { couponRate, frequency, dayCount, accruesFrom, firstCoupon, maturity } = bond;
  if (!isRate(couponRate)) findings.add(`${path}.couponRate`, "must be a decimal from 0 to 1");
  if (!FREQUENCIES.includes(frequency))
    findings.add(`${path}.frequency`, "must be 0, 1, 2, 4 or 12");
  if (!Object.hasOwn(DAY_COUNTS, dayCount)) findings.add(`${path}.dayCount`, "is not known");
  checkDate(findings, `${path}.accruesFrom`, accruesFrom);
  checkDate(findings, `${path}.maturity`, maturity);
  if (maturity <= accruesFrom) findings.add(`${path}.maturity`, "must be after accruesFrom");
  if (firstCoupon !== null) {
    checkDate(findings, `${path}.firstCoupon`, firstCoupon);
    const isWithin = firstCoupon > accruesFrom && firstCoupon <= maturity;
    if (!isWithin) findings.add(`${path}.firstCoupon`, "must be between accruesFrom and maturity");
  }
  const { exCouponDays } = bond;
  if (!Number.isInteger(exCouponDays) || exCouponDays < 0 || exCouponDays > 60) {
    findings.add(`${path}.exCouponDays`, "must be 0 to 60");
  }
}

function isRate(text: string): boolean {
  const rate = decimalOrNull(text);
  return rate !== null && rate.unscaled >= 0n && rate.unscaled <= 10n ** BigInt(rate.scale);
}

const SECURITY: AppendTable = {
  name: "security",
  order: "position, line",
  columns: [
    { name: "position", type: "bigint" },
    { name: "line", type: "integer" },
    { name: "batch_id", type: "uuid" },
    { name: "id", type: "uuid" },
    { name: "isin", type: "text" },
    { name: "description", type: "text" },
  ],
  rowsOf: {
    SecuritiesRegistered: (event: SecuritiesRegistered, { position }: EventPlace) =>
      event.securities.map((security, line): ColumnValue[] => [
        position,
        line,
        event.batchId,
        security.id,
        security.isin,
        canonicalJson(security),
      ]),
  },
};

export const SECURITIES = defineSlice<RegisterSecurities, SecuritiesRegistered>({
  name: "securities",
  migrations: [{ name: "0112-securities", class: CreateSecurities }],
  appends: [SECURITY],
  commands: { RegisterSecurities: { decide: decideRegister } },
  events: {
    SecuritiesRegistered: {
      codec: codecOf("SecuritiesRegistered"),
      // Decisions of a fund read the description that its own book carries.
      evolve: foldsNothing,
      check: (_state, { securities }) => {
        const findings = new Findings();
        checkSecurities(findings, securities);
        findings.refuseIfAny();
      },
    },
  },
});
