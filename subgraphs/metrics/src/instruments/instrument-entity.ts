import { defineEntity, p } from "@mikro-orm/core";
import type { InstrumentKind } from "./instrument.ts";

/** An instrument as it is listed and looked up. */
export const InstrumentEntity = defineEntity({
  name: "Instrument",
  tableName: "instrument",
  properties: {
    tenantId: p.uuid().primary(),
    instrumentId: p.uuid().primary(),
    symbol: p.text(),
    name: p.text(),
    currency: p.text(),
    kind: p.text().$type<InstrumentKind>(),
    baseCurrency: p.text().nullable(),
  },
});

/** What reads of instruments need of the object mapper. */
export interface InstrumentEntities {
  readonly InstrumentEntity: typeof InstrumentEntity;
}
