import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import type { LedgerEvent } from "@allfunds/contract/events";

/** Writes the events of a tenant's own book as the ledger would publish them. */
export class TenantBookFixture {
  /** Id of the book, which is none of a fund. */
  readonly fundId = newId();
  readonly tenantId: string;
  readonly events: LedgerEvent[] = [];

  constructor(tenantId = DEMO_TENANT_ID) {
    this.tenantId = tenantId;
  }

  get position(): number {
    return this.events.length;
  }

  /**
   * Records rates, such as `["2026-06-30", "EUR/USD", "1.10"]`, in one event, which it returns; of the ECB
   * unless a source is named.
   */
  record(
    ...rates: (readonly [date: string, pair: string, rate: string, source?: string])[]
  ): LedgerEvent {
    const event: LedgerEvent = {
      tenantId: this.tenantId,
      fundId: this.fundId,
      position: this.position + 1,
      recordedAt: "2026-06-30T12:00:00.000Z",
      type: "ExchangeRatesRecorded",
      payload: {
        fundId: null,
        batchId: newId(),
        rates: rates.map(([date, pair, rate, source = "ECB"]) => {
          const [base = "", quote = ""] = pair.split("/");
          return { date, base, quote, rate, source };
        }),
      },
    };
    this.events.push(event);
    return event;
  }
}
