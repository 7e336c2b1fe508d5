export {
  createAuthority,
  issueCertificate,
  type Certified,
  type CertificateRequest,
} from "./authority.ts";
