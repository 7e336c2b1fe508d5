import {
  formatAmount,
  parseAmount,
  type ApprovalLimitSet as ApprovalLimitSetPayload,
  type ProposalApproved,
  type ProposalRejected,
  type ProposalWithdrawn,
  type TransactionProposed as TransactionProposedPayload,
} from "@allfunds/platform";
import { commandOfJson, commandToJson } from "./posting-command.ts";
import type { ApprovalLimitSet, ProposalEvent, TransactionProposed } from "./proposal-events.ts";

export type ProposalPayload =
  | ApprovalLimitSetPayload
  | TransactionProposedPayload
  | ProposalApproved
  | ProposalRejected
  | ProposalWithdrawn;

/** An event of limits or proposals as it is stored and published. */
export function toProposalPayload(event: ApprovalLimitSet | ProposalEvent): ProposalPayload {
  switch (event.type) {
    case "ApprovalLimitSet": {
      const { type: _type, limitMinor, ...rest } = event;
      return {
        ...rest,
        amount: limitMinor === null ? null : formatAmount(limitMinor, rest.currency),
      };
    }
    case "TransactionProposed": {
      const { type: _type, totals, legs, command, makerOwner, ...rest } = event;
      return {
        ...rest,
        ...(makerOwner === undefined ? {} : { makerOwner }),
        totals: totals.map(({ currency, amountMinor, limitMinor }) => ({
          currency,
          amount: formatAmount(amountMinor, currency),
          ...(limitMinor === null ? {} : { limit: formatAmount(limitMinor, currency) }),
        })),
        legs: legs.map(({ amountMinor, ...leg }) => ({
          ...leg,
          amount: formatAmount(amountMinor, leg.currency),
        })),
        command: commandToJson(command),
      };
    }
    case "ProposalApproved":
    case "ProposalRejected":
    case "ProposalWithdrawn": {
      const { type: _type, ...payload } = event;
      return payload;
    }
  }
}

type PayloadReaders = {
  readonly [Type in (ApprovalLimitSet | ProposalEvent)["type"]]: (
    payload: unknown,
  ) => Extract<ApprovalLimitSet | ProposalEvent, { type: Type }>;
};

/** The way back, type by type. */
export const PROPOSAL_EVENT_OF: PayloadReaders = {
  ApprovalLimitSet: (payload) => {
    const { amount, version, ...rest } = payload as ApprovalLimitSetPayload;
    return {
      ...rest,
      type: "ApprovalLimitSet",
      limitMinor: amount === null ? null : parseAmount(amount, rest.currency),
      ...(version === undefined ? {} : { version }),
    };
  },
  TransactionProposed: (payload) => proposedOfPayload(payload as TransactionProposedPayload),
  ProposalApproved: (payload) => ({ type: "ProposalApproved", ...(payload as ProposalApproved) }),
  ProposalRejected: (payload) => ({ type: "ProposalRejected", ...(payload as ProposalRejected) }),
  ProposalWithdrawn: (payload) => ({
    type: "ProposalWithdrawn",
    ...(payload as ProposalWithdrawn),
  }),
};

export function proposedOfPayload(payload: TransactionProposedPayload): TransactionProposed {
  const { totals, legs, command, makerOwner, ...rest } = payload;
  return {
    ...rest,
    type: "TransactionProposed",
    makerOwner,
    totals: totals.map(({ currency, amount, limit }) => ({
      currency,
      amountMinor: parseAmount(amount, currency),
      limitMinor: limit === undefined ? null : parseAmount(limit, currency),
    })),
    legs: legs.map(({ amount, ...leg }) => ({
      ...leg,
      amountMinor: parseAmount(amount, leg.currency),
    })),
    command: commandOfJson(command),
  };
}
