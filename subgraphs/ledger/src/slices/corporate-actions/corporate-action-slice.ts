import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import { requireFund } from "../funds/fund.ts";
import { refuseOtherDate } from "../published-navs/published-nav.ts";
import { consequencesOf, consequencesWithout, refuseOtherLots } from "../trades/held-lots.ts";
import {
  ACTION,
  decideCancelAction,
  decidePayAction,
  decideRecordAction,
  evolveActionCancelled,
  evolveActionPaid,
  evolveActionRecorded,
  requireUncancelled,
  storedCancellation,
  storedPayment,
  storedRecording,
  requireUnpaid,
  wantCancelled,
  wantPaid,
  wantRecorded,
  type CorporateActionCancelled,
  type CorporateActionCommand,
  type CorporateActionPaid,
  type CorporateActionRecorded,
} from "./corporate-action.ts";

// Its facts and lots are stored beside those of trades.
export const CORPORATE_ACTIONS = defineSlice<
  CorporateActionCommand,
  CorporateActionRecorded | CorporateActionPaid | CorporateActionCancelled
>({
  name: "corporate actions",
  replayed: [ACTION],
  commands: {
    RecordCorporateAction: {
      needs: wantRecorded,
      decide: decideRecordAction,
      stored: (json) => storedRecording.parse(json),
    },
    PayCorporateAction: {
      needs: wantPaid,
      decide: decidePayAction,
      stored: (json) => storedPayment.parse(json),
    },
    CancelCorporateAction: {
      needs: wantCancelled,
      decide: decideCancelAction,
      stored: (json) => storedCancellation.parse(json),
    },
  },
  events: {
    CorporateActionRecorded: {
      codec: codecOf("CorporateActionRecorded"),
      evolve: evolveActionRecorded,
      check: (state, { fundId, fact, earlier, lots, transactionId }) => {
        requireFund(state, fundId);
        if (transactionId !== null) refuseOtherDate(state, fact.date, fact.bookedOn);
        refuseOtherLots(state, fact, earlier, lots, () => consequencesOf(state, fact));
      },
    },
    CorporateActionPaid: {
      codec: codecOf("CorporateActionPaid"),
      evolve: evolveActionPaid,
      check: (state, { actionId }) => void requireUnpaid(state, actionId),
    },
    CorporateActionCancelled: {
      codec: codecOf("CorporateActionCancelled"),
      evolve: evolveActionCancelled,
      check: (state, { actionId, bookedOn, earlier, lots, transactionId }) => {
        const { fact } = requireUncancelled(state, actionId);
        if (transactionId !== null) refuseOtherDate(state, fact.bookedOn, bookedOn);
        refuseOtherLots(state, fact, earlier, lots, () => consequencesWithout(state, fact));
      },
    },
  },
});
