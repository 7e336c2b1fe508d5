import { post, type Fund, type Transaction } from "./books.ts";

/** Posts lines of "date,description,amount" against the unit capital; a line posted before is skipped. */
export function importCsv(
  fund: Fund,
  statement: { accountId: string; content: string },
): { lines: number; posted: Transaction[] } {
  const capital = fund.accounts.find(({ code }) => code === "3000");
  if (!capital) throw new Error("the fund has no unit capital to post against");
  const [, ...lines] = statement.content.trim().split("\n");
  const outcomes = lines.map((line) => {
    const [effectiveDate = "", description = "", amount = ""] = line.split(",");
    const isReceipt = !amount.startsWith("-");
    const size = amount.replace("-", "");
    return post(fund, {
      effectiveDate,
      description,
      idempotencyKey: line,
      entries: [
        { accountId: statement.accountId, side: isReceipt ? "DEBIT" : "CREDIT", amount: size },
        { accountId: capital.id, side: isReceipt ? "CREDIT" : "DEBIT", amount: size },
      ],
    });
  });
  return {
    lines: lines.length,
    posted: outcomes.flatMap(({ transaction, isNew }) => (isNew ? [transaction] : [])),
  };
}
