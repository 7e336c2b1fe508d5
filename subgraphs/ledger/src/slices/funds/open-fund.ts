import { AppError, currencyScale } from "@allfunds/platform";
import type { BookState } from "../../engine/book-state.ts";
import { Findings, checkText, checkUuid } from "../../engine/input-rules.ts";
import { adopted, type TenantLimit } from "../proposals/set-approval-limit.ts";
import type { ApprovalLimitSet } from "../proposals/proposal-events.ts";
import type { FundOpened } from "./fund-opened.ts";

/** The order to open a fund; the fund's id is also its book's id. */
export interface OpenFund {
  readonly kind: "OpenFund";
  readonly fundId: string;
  readonly name: string;
  readonly currency: string;
  /** The tenant's limits at that time, which hold in the fund from its beginning. */
  readonly limits?: readonly TenantLimit[];
}

export function decideOpenFund(
  command: OpenFund,
  state: BookState,
): [FundOpened, ...ApprovalLimitSet[]] {
  const findings = new Findings();
  checkUuid(findings, "id", command.fundId);
  checkText(findings, "name", command.name, { min: 1, max: 200 });
  findings.refuseIfAny();
  currencyScale(command.currency);
  if (state.fund !== undefined) {
    throw new AppError("ALREADY_EXISTS", `A fund with the id ${command.fundId} exists already.`);
  }
  return [
    {
      type: "FundOpened",
      fundId: command.fundId,
      name: command.name,
      currency: command.currency,
    },
    ...(command.limits ?? []).map((limit) => adopted(command.fundId, limit)),
  ];
}
