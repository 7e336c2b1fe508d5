import type { PdfDocument } from "@allfunds/platform/documents/pdf";
import { formatDay } from "../../dates/format-date.ts";
import { withoutIsolates } from "../../language/isolated.ts";
import { ABOUT, type Language } from "../../language/languages.ts";
import type { Translate } from "../../language/messages.ts";
import { formatAmount } from "../../money/format-money.ts";
import { REPORTS, type ReportQuery } from "../../reports/report-query.ts";
import { columnName, reportWord, type Report } from "../../reports/report.ts";
import { currencyOf } from "./report-rows.ts";

interface Reported {
  readonly fundName: string;
  readonly asked: ReportQuery;
  readonly report: Report;
}

/** Before a name for each level beneath the first: spaces that are kept. */
const INDENT = "\u00a0\u00a0";

/** A report as a document in the reader's language: a table for each currency, with its totals. */
export function reportDocument(
  { fundName, asked, report }: Reported,
  language: Language,
  t: Translate,
): PdfDocument {
  const day = (date: string): string => formatDay(date, ABOUT[language].locale);
  const figure = (amount: string | undefined): string =>
    amount === undefined ? "" : formatAmount(amount, language);
  const columns = [
    { name: t("reports.section"), width: 2 },
    { name: t("accounts.code"), width: 2 },
    { name: t("account.account"), width: 5 },
    ...report.columns.map((name) => ({
      name: withoutIsolates(columnName(name, t, day)),
      width: 3,
      isFigure: true,
    })),
  ];
  const padding = report.columns.slice(1).map(() => "");
  const byCurrency = Map.groupBy(report.rows, ({ amounts }) => currencyOf(amounts) ?? "");
  return {
    title: t(`reports.name.${asked.report}`),
    facts: [
      [t("shell.fund"), fundName],
      ...(REPORTS[asked.report].covers === "day"
        ? ([[t("reports.asOf"), day(asked.asOf)]] as const)
        : ([
            [t("reports.from"), day(asked.from)],
            [t("reports.to"), day(asked.to)],
          ] as const)),
      [t("reports.knownAt"), String(report.knownAt)],
      ...(asked.dimension === "" ? [] : ([[t("reports.dimension"), asked.dimension]] as const)),
      ...(asked.without === "" ? [] : ([[t("reports.without"), asked.without]] as const)),
      ...(asked.report === "cash-flow"
        ? ([[t("reports.method"), t(`reports.method.${asked.method}`)]] as const)
        : []),
    ],
    tables: [...byCurrency].map(([currency, rows]) => ({
      title: currency,
      columns,
      rows: [
        ...rows.map(({ section, account, amounts, level = 1 }) => [
          reportWord(section, t),
          account.code,
          `${INDENT.repeat(level - 1)}${account.id === "" ? reportWord(account.name, t) : account.name}`,
          ...amounts.map((amount) => figure(amount?.amount)),
        ]),
        ...report.totals
          .filter((totals) => totals.currency === currency)
          .flatMap(({ sums }) =>
            sums.map(({ name, money }) => [
              t("reports.total"),
              "",
              reportWord(name, t),
              figure(money.amount),
              ...padding,
            ]),
          ),
      ],
    })),
  };
}
