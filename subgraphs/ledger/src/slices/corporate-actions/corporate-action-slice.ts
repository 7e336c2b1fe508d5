import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice } from "../../engine/slice.ts";
import { requireFund } from "../funds/fund.ts";
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
    RecordCorporateAction: { needs: wantRecorded, decide: decideRecordAction },
    PayCorporateAction: { needs: wantPaid, decide: decidePayAction },
    CancelCorporateAction: { needs: wantCancelled, decide: decideCancelAction },
  },
  events: {
    CorporateActionRecorded: {
      codec: codecOf("CorporateActionRecorded"),
      evolve: evolveActionRecorded,
      check: (state, { fundId, fact, earlier, lots }) => {
        requireFund(state, fundId);
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
      check: (state, { actionId, earlier, lots }) => {
        const { fact } = requireUncancelled(state, actionId);
        refuseOtherLots(state, fact, earlier, lots, () => consequencesWithout(state, fact));
      },
    },
  },
});
