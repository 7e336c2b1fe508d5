import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from "node:crypto";
import { isIP, SocketAddress } from "node:net";
import {
  bits,
  boolean,
  integer,
  objectId,
  octets,
  sequence,
  set,
  tagged,
  time,
  utf8,
} from "./der.ts";

/** A certificate with its private key, both in PEM. */
export interface Certified {
  readonly cert: string;
  readonly key: string;
}

/** Whom a certificate is for. */
export interface CertificateRequest {
  /** The common name; PostgreSQL compares it with the role. */
  readonly name: string;
  /** Host names and addresses by which its holder is called. */
  readonly hosts: readonly string[];
  /** What names the holder to those it calls, such as `spiffe://example/gateway`. */
  readonly uri: string;
  readonly days: number;
}

const COMMON_NAME = "2.5.4.3";
const ECDSA_WITH_SHA256 = sequence(objectId("1.2.840.10045.4.3.2"));
const SUBJECT_KEY = "2.5.29.14";
const KEY_USAGE = "2.5.29.15";
const SUBJECT_ALT_NAME = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const AUTHORITY_KEY = "2.5.29.35";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const SERVER_AND_CLIENT = sequence(objectId("1.3.6.1.5.5.7.3.1"), objectId("1.3.6.1.5.5.7.3.2"));
const SIGNS = bits(Buffer.of(0x80), 7);
const SIGNS_CERTIFICATES = bits(Buffer.of(0x06), 1);
const MS_PER_DAY = 86_400_000;
/** Clocks of machines differ. */
const EARLIER_MS = 5 * 60_000;

/** Makes an authority (RFC 5280, P-256 and SHA-256) that signs certificates of services and nothing else. */
export function createAuthority(name: string, days: number): Certified {
  const { privateKey, publicKey } = newKey();
  const keyId = keyIdOf(publicKey);
  const extensions = [
    extension(BASIC_CONSTRAINTS, sequence(boolean(true), integer(Buffer.of(0))), "critical"),
    extension(KEY_USAGE, SIGNS_CERTIFICATES, "critical"),
    extension(SUBJECT_KEY, octets(keyId)),
    extension(AUTHORITY_KEY, sequence(tagged(0, keyId, "primitive"))),
  ];
  const subject = { name, publicKey, days, extensions };
  return { cert: signed(subject, name, privateKey), key: pemOf(privateKey) };
}

/** Makes a key and a certificate that an authority signs, for both ends of a connection. */
export function issueCertificate(authority: Certified, request: CertificateRequest): Certified {
  const { privateKey, publicKey } = newKey();
  const issuer = new X509Certificate(authority.cert);
  const extensions = [
    extension(BASIC_CONSTRAINTS, sequence(), "critical"),
    extension(KEY_USAGE, SIGNS, "critical"),
    extension(EXTENDED_KEY_USAGE, SERVER_AND_CLIENT),
    extension(SUBJECT_ALT_NAME, sequence(...request.hosts.map(hostName), uriName(request.uri))),
    extension(SUBJECT_KEY, octets(keyIdOf(publicKey))),
    extension(AUTHORITY_KEY, sequence(tagged(0, keyIdOf(issuer.publicKey), "primitive"))),
  ];
  const issuerName = /^CN=(.*)$/m.exec(issuer.subject)?.[1] ?? "";
  const subject = { name: request.name, publicKey, days: request.days, extensions };
  const cert = signed(subject, issuerName, createPrivateKey(authority.key));
  return { cert, key: pemOf(privateKey) };
}

interface Subject {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly days: number;
  readonly extensions: readonly Buffer[];
}

/** RFC 5280, section 4.1. */
function signed(subject: Subject, issuer: string, key: KeyObject): string {
  const now = Date.now();
  const validity = [now - EARLIER_MS, now + subject.days * MS_PER_DAY].map((ms) =>
    time(new Date(ms)),
  );
  const content = sequence(
    tagged(0, integer(Buffer.of(2)), "constructed"),
    integer(positive(randomBytes(16))),
    ECDSA_WITH_SHA256,
    distinguishedName(issuer),
    sequence(...validity),
    distinguishedName(subject.name),
    subject.publicKey.export({ type: "spki", format: "der" }),
    tagged(3, sequence(...subject.extensions), "constructed"),
  );
  const certificate = sequence(content, ECDSA_WITH_SHA256, bits(sign("sha256", content, key)));
  return new X509Certificate(certificate).toString();
}

const newKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

const pemOf = (key: KeyObject): string => String(key.export({ type: "pkcs8", format: "pem" }));

/** A serial number whose first byte is neither zero nor negative. */
function positive(bytes: Buffer): Buffer {
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

/** RFC 7093, section 2: the leftmost 160 bits of the key's SHA-256. */
const keyIdOf = (key: KeyObject): Buffer =>
  createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest()
    .subarray(0, 20);

const distinguishedName = (name: string): Buffer =>
  sequence(set(sequence(objectId(COMMON_NAME), utf8(name))));

function extension(id: string, value: Buffer, importance?: "critical"): Buffer {
  const critical = importance === undefined ? [] : [boolean(true)];
  return sequence(objectId(id), ...critical, octets(value));
}

function hostName(host: string): Buffer {
  if (isIP(host) === 0) return tagged(2, Buffer.from(host, "ascii"), "primitive");
  return tagged(7, addressBytes(host), "primitive");
}

const uriName = (uri: string): Buffer => tagged(6, Buffer.from(uri, "ascii"), "primitive");

const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));

function addressBytes(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.from(host.split(".").map(Number));
  const { address } = new SocketAddress({ address: host, family: "ipv6" });
  const [head = "", tail = ""] = address.split("::");
  const zeros = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(zeros).fill("0"), ...groups(tail)];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}
