import { gql, type TypedDocumentNode } from "@urql/core";

export const END_MY_SESSIONS: TypedDocumentNode<{ endMySessions: boolean }, object> = gql`
  mutation EndMySessions {
    endMySessions
  }
`;
