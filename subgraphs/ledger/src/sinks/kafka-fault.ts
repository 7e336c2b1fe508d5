import { AnotherPublishes, type SinkFault } from "./event-sink.ts";

/** By the names of Kafka's errors, and the codes of the client, of TLS and of sockets. */
const FAULTS: Readonly<Record<string, SinkFault>> = {
  INVALID_PRODUCER_EPOCH: "ANOTHER_PUBLISHES",
  PRODUCER_FENCED: "ANOTHER_PUBLISHES",
  SASL_AUTHENTICATION_FAILED: "SIGN_IN_REFUSED",
  UNSUPPORTED_SASL_MECHANISM: "SIGN_IN_REFUSED",
  ILLEGAL_SASL_STATE: "SIGN_IN_REFUSED",
  PLT_KFK_AUTHENTICATION: "SIGN_IN_REFUSED",
  TOPIC_AUTHORIZATION_FAILED: "NOT_AUTHORIZED",
  CLUSTER_AUTHORIZATION_FAILED: "NOT_AUTHORIZED",
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: "NOT_AUTHORIZED",
  GROUP_AUTHORIZATION_FAILED: "NOT_AUTHORIZED",
  CERT_HAS_EXPIRED: "CERTIFICATE_EXPIRED",
  CERT_NOT_YET_VALID: "CERTIFICATE_EXPIRED",
  SELF_SIGNED_CERT_IN_CHAIN: "CERTIFICATE_NOT_TRUSTED",
  DEPTH_ZERO_SELF_SIGNED_CERT: "CERTIFICATE_NOT_TRUSTED",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "CERTIFICATE_NOT_TRUSTED",
  UNABLE_TO_GET_ISSUER_CERT: "CERTIFICATE_NOT_TRUSTED",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "CERTIFICATE_NOT_TRUSTED",
  ERR_TLS_CERT_ALTNAME_INVALID: "CERTIFICATE_NOT_TRUSTED",
};

/** All that the client reports of a broker that answers in TLS. */
const NEEDS_TLS = /requires TLS/;

/** What is at fault, by the cause that is most exact among the causes of an error. */
export function faultOf(error: unknown): SinkFault {
  for (const each of causesOf(error)) {
    if (each instanceof AnotherPublishes) return "ANOTHER_PUBLISHES";
    const { apiId, code } = each as { readonly apiId?: unknown; readonly code?: unknown };
    const fault = FAULTS[String(apiId)] ?? FAULTS[String(code)];
    if (fault !== undefined) return fault;
    if (NEEDS_TLS.test(each.message)) return "TLS_REQUIRED";
  }
  return "NOT_REACHABLE";
}

/** An error and what led to it, the innermost first: what wraps it is less exact. */
function* causesOf(error: unknown): Generator<Error> {
  if (!(error instanceof Error)) return;
  const { errors } = error as { readonly errors?: unknown };
  if (Array.isArray(errors)) for (const each of errors) yield* causesOf(each);
  yield* causesOf(error.cause);
  yield error;
}
