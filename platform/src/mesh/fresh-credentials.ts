import { currentMesh } from "./mesh.ts";

interface FreshCredentials {
  readonly servername: string;
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** The TLS settings of a connection to a `rediss:` URL, with this service's certificates; none for other URLs. */
export const tlsOf = (url: string): { readonly tls?: FreshCredentials } =>
  url.startsWith("rediss:") ? { tls: freshCredentials(new URL(url).hostname) } : {};

/** Read for each connection, because certificates are replaced while a service runs. */
function freshCredentials(host: string): FreshCredentials {
  const credentials = () => currentMesh()?.credentialsFor(host);
  return {
    servername: host,
    get ca() {
      return credentials()?.ca;
    },
    get cert() {
      return credentials()?.cert;
    },
    get key() {
      return credentials()?.key;
    },
  };
}
