// The public entry of the library.
export type { ApiRequest } from "../handlers/middleware/apiRequest";
export type { ApiResponse } from "../handlers/middleware/apiResponse";
export type { QueueMessage, QueueMessageAttribute } from "../handlers/middleware/queueMessage";
export type { DynamoDbStreamRecord, KinesisStreamRecord, StreamRecord } from "../handlers/middleware/streamRecord";
export type { LambdaContext, LogDetails, Work, WorkContext, WorkLogger } from "../handlers/middleware/workContext";
export type {
  PlannedAction,
  ReprocessFilter,
  ReprocessRequest,
  ReprocessResult,
  StopReason,
} from "../handlers/reprocess/request";
export type { RecordError } from "../records/record";
export type { ApiAlarms } from "./apiAlarms";
export { ApiFunction } from "./apiFunction";
export type { ApiFunctionArgs, ApiFunctionTransform, ApiOperation } from "./apiFunctionArgs";
export type { ApiThrottling, ClientErrors } from "./apiSettings";
export type { RetryPolicy } from "./asl/retry";
export type { Outcome } from "./asl/uncertainTaskDefinition";
export {
  ClosureFunction,
  type ClosureFunctionArgs,
  type ClosureFunctionTransform,
  type FunctionHandler,
  type PackagedCode,
} from "./closureFunction";
export type { Architecture, LogRetention } from "./closureFunctionSettings";
export type { Duration } from "./duration";
export { ErrorSpool, type ErrorSpoolArgs, type ErrorSpoolTransform, type SpoolAlarms } from "./errorSpool";
export type { TracingMode } from "./functionRole";
export { IdempotencyStore, type IdempotencyStoreArgs, type IdempotencyStoreTransform } from "./idempotencyStore";
export type { FunctionSettings } from "./libraryFunction";
export type { ApiAuthorization } from "./openApi/openApiDocument";
export type { ApiOperationShape, ApiParameter, HttpMethod, JsonSchema } from "./openApi/operation";
export type { PermissionStatement } from "./policy";
export { Reconciler, type ReconcilerArgs, type ReconcilerOptions } from "./reconciler";
export { Renewer, type RenewerArgs, type RenewerOptions } from "./renewer";
export { ReprocessFunction, type ReprocessFunctionArgs } from "./reprocessFunction";
export type { ScheduleTransform } from "./schedule";
export type { SourceArgs, Sources } from "./sources";
export type { QueueReference, SpoolFromArnArgs, SpoolReference } from "./spoolReference";
export type { TaskFunction, TaskResource, TemplateInput, UncertainTaskTarget } from "./taskTarget";
export type { Transform } from "./transform";
export { UncertainTask, type UncertainTaskArgs, type UncertainTaskTransform } from "./uncertainTask";
