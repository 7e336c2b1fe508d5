import { gql, type TypedDocumentNode } from "@urql/core";
import type { PageInfo } from "./funds.ts";

export interface ApiClientLine {
  id: string;
  name: string;
  scopes: string[];
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
  lastUsedIp: string | null;
}

/** A client with its secret, which is answered once and never again. */
export interface IssuedClient {
  client: { id: string; name: string };
  clientSecret: string;
}

export const API_CLIENTS: TypedDocumentNode<
  { apiClients: { nodes: ApiClientLine[]; pageInfo: PageInfo } },
  { first: number; after: string | null }
> = gql`
  query ApiClients($first: Int!, $after: Cursor) {
    apiClients(first: $first, after: $after) {
      nodes {
        id
        name
        scopes
        createdAt
        expiresAt
        revokedAt
        lastUsedAt
        lastUsedIp
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

export const CREATE_API_CLIENT: TypedDocumentNode<
  { createApiClient: IssuedClient },
  { input: { name: string; scopes: string[]; expiresAt: string | null } }
> = gql`
  mutation CreateApiClient($input: CreateApiClientInput!) {
    createApiClient(input: $input) {
      client {
        id
        name
      }
      clientSecret
    }
  }
`;

export const ROTATE_API_CLIENT_SECRET: TypedDocumentNode<
  { rotateApiClientSecret: IssuedClient },
  { input: { clientId: string; graceSeconds: number } }
> = gql`
  mutation RotateApiClientSecret($input: RotateApiClientSecretInput!) {
    rotateApiClientSecret(input: $input) {
      client {
        id
        name
      }
      clientSecret
    }
  }
`;

export const REVOKE_API_CLIENT: TypedDocumentNode<
  { revokeApiClient: { id: string } },
  { clientId: string }
> = gql`
  mutation RevokeApiClient($clientId: ID!) {
    revokeApiClient(clientId: $clientId) {
      id
    }
  }
`;
