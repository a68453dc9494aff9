// The edit function as Lambda loads it. Environment: RESPOOL_CONFIG (EditConfig).
import { s3Api } from "../aws";
import type { EditConfig } from "../config";
import { createEdit } from "../edit";
import { auditStore } from "../edit/auditStore";
import { clientsOfEnvironment, configFromEnvironment } from "./environment";

export const handler = createEdit(configFromEnvironment<EditConfig>(), {
  ...clientsOfEnvironment(),
  s3: { ...s3Api(), ...auditStore() },
});
