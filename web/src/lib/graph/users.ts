import { gql, type TypedDocumentNode } from "@urql/core";
import type { PageInfo } from "./funds.ts";

export type UserStatus = "INVITED" | "ACTIVE" | "DISABLED";

export interface UserLine {
  id: string;
  email: string;
  name: string;
  roles: string[];
  allFunds: boolean;
  fundIds: string[];
  status: UserStatus;
  hasTotp: boolean;
  passkeys: number;
  createdAt: string;
  signIns: { id: string; at: string; ip: string | null; factors: string[] }[];
}

/** What a user may see and do. */
export interface AccessInput {
  roles: string[];
  allFunds: boolean;
  fundIds: string[];
}

export const USERS: TypedDocumentNode<
  { users: { nodes: UserLine[]; pageInfo: PageInfo } },
  { first: number; after: string | null }
> = gql`
  query Users($first: Int!, $after: Cursor) {
    users(first: $first, after: $after) {
      nodes {
        id
        email
        name
        roles
        allFunds
        fundIds
        status
        hasTotp
        passkeys
        createdAt
        signIns {
          id
          at
          ip
          factors
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

export const INVITE_USER: TypedDocumentNode<
  { inviteUser: { id: string; email: string } },
  { input: AccessInput & { email: string; name: string } }
> = gql`
  mutation InviteUser($input: InviteUserInput!) {
    inviteUser(input: $input) {
      id
      email
    }
  }
`;

export const CHANGE_ACCESS: TypedDocumentNode<
  { changeAccess: { id: string } },
  { input: AccessInput & { userId: string } }
> = gql`
  mutation ChangeAccess($input: ChangeAccessInput!) {
    changeAccess(input: $input) {
      id
    }
  }
`;

export const SET_USER_DISABLED: TypedDocumentNode<
  { setUserDisabled: { id: string } },
  { userId: string; disabled: boolean }
> = gql`
  mutation SetUserDisabled($userId: ID!, $disabled: Boolean!) {
    setUserDisabled(userId: $userId, disabled: $disabled) {
      id
    }
  }
`;

export const RESET_SIGN_IN: TypedDocumentNode<{ resetSignIn: { id: string } }, { userId: string }> =
  gql`
    mutation ResetSignIn($userId: ID!) {
      resetSignIn(userId: $userId) {
        id
      }
    }
  `;

export const END_USER_SESSIONS: TypedDocumentNode<
  { endUserSessions: { id: string } },
  { userId: string }
> = gql`
  mutation EndUserSessions($userId: ID!) {
    endUserSessions(userId: $userId) {
      id
    }
  }
`;
