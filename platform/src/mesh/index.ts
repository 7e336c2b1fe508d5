export { type Credentials } from "./credential-files.ts";
export { connectFresh, currentMesh, joinMesh, Mesh, SERVICE_URI } from "./mesh.ts";
export { parseMeshPolicy, type MeshPolicy } from "./mesh-policy.ts";
