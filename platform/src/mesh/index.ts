export { type Credentials } from "./credential-files.ts";
export { tlsOf } from "./fresh-credentials.ts";
export { connectFresh, currentMesh, joinMesh, Mesh, OWN_HOST, SERVICE_URI } from "./mesh.ts";
export { parseMeshPolicy, type MeshPolicy } from "./mesh-policy.ts";
