// The reconciler as Lambda loads it. Environment: RESPOOL_CONFIG (ReconcileConfig).
import type { ReconcileConfig } from "../config";
import { createReconcile } from "../reconcile";
import { clientsOfEnvironment, configFromEnvironment } from "./environment";

export const handler = createReconcile(configFromEnvironment<ReconcileConfig>(), clientsOfEnvironment());
