import type { LedgerEvent } from "@allfunds/contract/events";
import type { SqlStatement } from "@allfunds/platform/database";
import { enforceGrants, enforceTenancy, type TenantReads } from "@allfunds/platform/tenancy";
import type { DateRange } from "../series/date-range.ts";
import { createSeries, type Series } from "../series/series.ts";

type NavPublished = Extract<LedgerEvent, { type: "NavPublished" }>;

/** Every publication is kept, so that a series is as the book had it at any position. */
export const CREATE_NAVS: readonly string[] = [
  `CREATE TABLE class_nav (
     tenant_id uuid NOT NULL,
     class_id uuid NOT NULL,
     nav_date date NOT NULL,
     position bigint NOT NULL,
     fund_id uuid NOT NULL,
     currency text NOT NULL,
     nav_per_unit numeric,
     PRIMARY KEY (tenant_id, class_id, nav_date, position)
   )`,
  ...enforceTenancy("class_nav"),
  ...enforceGrants("class_nav"),
];

const INSERT_NAVS = `
  INSERT INTO class_nav (tenant_id, class_id, nav_date, position, fund_id, currency, nav_per_unit)
  SELECT "tenantId", "classId", "navDate", position, "fundId", currency, "navPerUnit"
  FROM json_to_recordset($1) AS nav ("tenantId" uuid, "classId" uuid, "navDate" date, position bigint,
    "fundId" uuid, currency text, "navPerUnit" numeric)`;

/** Keeps the NAVs of classes; a class without units has none, which ends its series for the day. */
export function keepNavs(published: readonly NavPublished[]): SqlStatement[] {
  if (published.length === 0) return [];
  const rows = published.flatMap(({ tenantId, fundId, position, payload }) =>
    payload.classes.map(({ classId, currency, navPerUnit }) => {
      return {
        tenantId,
        classId,
        navDate: payload.navDate,
        position,
        fundId,
        currency,
        navPerUnit,
      };
    }),
  );
  return [{ text: INSERT_NAVS, values: [JSON.stringify(rows)] }];
}

const SELECT_NAVS = `
  SELECT nav_date::text AS day, nav_per_unit::text AS nav, currency, position::float8 AS position
  FROM (
    SELECT DISTINCT ON (nav_date) nav_date, nav_per_unit, currency, position FROM class_nav
    WHERE tenant_id = $1 AND class_id = $2 AND nav_date BETWEEN $3 AND $4
      AND ($5::bigint IS NULL OR position <= $5)
    ORDER BY nav_date, position DESC
  ) AS latest
  WHERE nav_per_unit IS NOT NULL
  ORDER BY nav_date`;

/** The NAV per unit of a class by day, and which book positions it rests on. */
export interface ClassNavs {
  readonly series: Series;
  /** Currency of the class; null without a NAV. */
  readonly currency: string | null;
  /** Equal versions have equal NAVs. */
  readonly version: string;
}

/** The NAVs of a class in a range: of each day the last one published, up to a position of the book. */
export async function readClassNavs(
  reads: TenantReads,
  tenantId: string,
  classId: string,
  range: DateRange,
  knownAt: number | null,
): Promise<ClassNavs> {
  const { rows } = await reads.query<{
    day: string;
    nav: string;
    currency: string;
    position: number;
  }>(SELECT_NAVS, [tenantId, classId, range.from, range.to, knownAt]);
  return {
    series: createSeries(
      Float64Array.from(rows, ({ day }) => Date.parse(day)),
      Float64Array.from(rows, ({ nav }) => Number(nav)),
    ),
    currency: rows.at(-1)?.currency ?? null,
    version: JSON.stringify([classId, ...rows.map(({ day, position }) => [day, position])]),
  };
}
