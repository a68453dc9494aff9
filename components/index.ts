// The public entry of the library.

export type { AutoRedriveInput } from "../handlers/autoRedrive/input";
export type { RunReport } from "../handlers/autoRedrive/runState";
export type {
  ChildCommand,
  Command,
  CommandContext,
  CommandOf,
  Effect,
  EffectWrites,
} from "../handlers/commands/command";
export type { CommandTarget } from "../handlers/commands/sendCommand";
export type { CommandReason, CommandState, CommandStatus, CommandStep } from "../handlers/commands/status";
export type { EditOutcome, EditRequest, EditResult } from "../handlers/edit/request";
export type { ApiRequest } from "../handlers/middleware/apiRequest";
export type { ApiResponse } from "../handlers/middleware/apiResponse";
export type { CommandCheck } from "../handlers/middleware/commandApi";
export type { QueueMessage, QueueMessageAttribute } from "../handlers/middleware/queueMessage";
export type { DynamoDbStreamRecord, KinesisStreamRecord, StreamRecord } from "../handlers/middleware/streamRecord";
export type { LambdaContext, LogDetails, Work, WorkContext, WorkLogger } from "../handlers/middleware/workContext";
export type {
  PlannedAction,
  ReprocessFilter,
  ReprocessRequest,
  ReprocessResult,
  StartedRedrive,
  StopReason,
} from "../handlers/reprocess/request";
export type { RecordError } from "../records/record";
export { Adopt, type AdoptArgs, type FunctionByArn } from "./adopt";
export type { ApiAlarms } from "./apiAlarms";
export { ApiFunction } from "./apiFunction";
export type { ApiFunctionArgs, ApiFunctionTransform, ApiOperation } from "./apiFunctionArgs";
export type { ApiThrottling, ClientErrors } from "./apiSettings";
export { type BreakerEventPhase, breakerEventPattern } from "./asl/breakerEvents";
export { type BreakerFailedOptions, breakerFailed } from "./asl/breakerFailed";
export { type BreakerCheckOptions, breakerCheck } from "./asl/breakerStates";
export { type BreakerSucceededOptions, breakerSucceeded } from "./asl/breakerSucceeded";
export { askedInThisRun, type BreakerUse } from "./asl/breakerTable";
export { catchErrors } from "./asl/catch";
export { spoolFailedState } from "./asl/failStates";
export { type GateOptions, gateStates, spoolFailedGate } from "./asl/gate";
export {
  leaseSeconds,
  type ProtectedWork,
  retriersWithinLease,
  runsOnSeconds,
  unfinishedErrors,
} from "./asl/leaseSeconds";
export { longestExecutionSeconds } from "./asl/longestExecution";
export { type ParkOptions, parkStates } from "./asl/parkState";
export { type Guard, redrivenState } from "./asl/redriveGuard";
export { type RetryPolicy, retriers } from "./asl/retry";
export type { SemaphoreUse } from "./asl/semaphoreLease";
export {
  type AcquireOptions,
  acquireStates,
  leaseOfThisRun,
  type ReleaseOptions,
  releaseStates,
} from "./asl/semaphoreStates";
export { type SpoolStateOptions, spoolState } from "./asl/spoolState";
export type { Fragment, State, StateMachineDefinition, StateNames, States } from "./asl/states";
export { functionCall, type TaskCall, type TaskStateOptions, taskState } from "./asl/taskState";
export { type Outcome, type StepSemaphore, type UncertainStepOptions, uncertainStep } from "./asl/uncertainStep";
export { type ChainedStep, workflowDefinition } from "./asl/workflowDefinition";
export type { AsyncAlarms } from "./asyncAlarms";
export { AsyncFunction, type AsyncFunctionArgs, type AsyncFunctionTransform } from "./asyncFunction";
export {
  AutoRedrive,
  type AutoRedriveAlarms,
  type AutoRedriveArgs,
  type AutoRedriveTransform,
  type BreakerReference,
} from "./autoRedrive";
export type { BreakerAlarm, BreakerAlarmTransform } from "./breakerAlarms";
export type { BucketTrigger } from "./bucketTrigger";
export {
  type BreakerStep,
  CircuitBreaker,
  type CircuitBreakerArgs,
  type CircuitBreakerTransform,
} from "./circuitBreaker";
export {
  ClosureFunction,
  type ClosureFunctionArgs,
  type ClosureFunctionTransform,
  type FunctionHandler,
  type PackagedCode,
} from "./closureFunction";
export type { Architecture, LogRetention } from "./closureFunctionSettings";
export { CommandApi } from "./commandApi";
export type { CommandApiArgs, CommandOperation, DecidingFunction } from "./commandApiArgs";
export { CommandFunction, type CommandFunctionArgs, type CommandFunctionTransform } from "./commandFunction";
export type { CommandReceiver, CommandReference, CommandSink } from "./commandGraph";
export type { CommandDefinition, PermanentErrors } from "./commandSettings";
export {
  CommandStore,
  type CommandStoreArgs,
  type CommandStoreFromArnArgs,
  type CommandStoreReference,
  type CommandStoreTransform,
} from "./commandStore";
export type { AlarmSettings, AlarmTransforms } from "./createAlarms";
export { Dashboard, type DashboardArgs } from "./dashboard";
export type { Destination, DestinationArn } from "./destination";
export type { Duration } from "./duration";
export { Editor, type EditorArgs, type EditorOptions } from "./editor";
export { ErrorSpool, type ErrorSpoolArgs, type ErrorSpoolTransform, type SpoolAlarms } from "./errorSpool";
export type { EventTrigger } from "./eventTrigger";
export type { TracingMode } from "./functionRole";
export type { IdempotencyArgs } from "./idempotency";
export { IdempotencyStore, type IdempotencyStoreArgs, type IdempotencyStoreTransform } from "./idempotencyStore";
export { Launcher, type LauncherArgs, type LauncherOptions } from "./launcher";
export {
  createLeaseRelease,
  type LeaseReleaseArgs,
  type LeaseReleaseTransform,
  type LeaseReleaseUse,
} from "./leaseRelease";
export type { FunctionSettings } from "./libraryFunction";
export type { FilterPattern } from "./mappingFilter";
export type { MiddlewareMetrics, Observed, ObservedBasics, ObservedParts } from "./observed";
export type {
  ApiAuthorization,
  AuthorizerFunction,
  CognitoAuthorization,
  LambdaAuthorization,
} from "./openApi/authorization";
export type { ApiOperationShape, ApiParameter, HttpMethod, JsonSchema } from "./openApi/operation";
export type { PermissionStatement } from "./policy";
export type { QueueAlarms } from "./queueAlarms";
export { QueueFunction, type QueueFunctionArgs, type QueueFunctionTransform } from "./queueFunction";
export { Reconciler, type ReconcilerArgs, type ReconcilerOptions } from "./reconciler";
export { Renewer, type RenewerArgs, type RenewerOptions } from "./renewer";
export type { QueueAddress, ReplayArgs, ReplaySource, ReplaySourceSettings } from "./replaySource";
export { ReprocessFunction, type ReprocessFunctionArgs } from "./reprocessFunction";
export { SavedQueries, type SavedQueriesArgs } from "./savedQueries";
export type { ScheduleTransform } from "./schedule";
export type { ScheduleTrigger } from "./scheduleTrigger";
export { Semaphore, type SemaphoreArgs, type SemaphoreTransform } from "./semaphore";
export type { Redrivable, SourceArgs, Sources, StateMachineSource } from "./sources";
export type { SpoolBucketTransform } from "./spoolBucket";
export type { QueueReference, SpoolFromArnArgs, SpoolReference } from "./spoolReference";
export type { SemaphoreUseArgs, StepArgs } from "./stepArgs";
export type { StreamAlarms } from "./streamAlarms";
export type { MetadataDestination, StreamFailureDestination } from "./streamFailures";
export { StreamFunction, type StreamFunctionArgs, type StreamFunctionTransform } from "./streamFunction";
export type { StreamArn, StreamInput } from "./streamSource";
export type { TaskFunction, TaskResource, TemplateInput, UncertainTaskTarget } from "./taskTarget";
export type { TopicTrigger } from "./topicTrigger";
export type { Transform } from "./transform";
export type { Trigger } from "./triggers";
export { UncertainTask, type UncertainTaskArgs, type UncertainTaskTransform } from "./uncertainTask";
export { type StepFailure, Workflow, type WorkflowArgs, type WorkflowStep } from "./workflow";
