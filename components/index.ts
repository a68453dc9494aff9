// The public entry of the library.
export type {
  PlannedAction,
  ReprocessFilter,
  ReprocessRequest,
  ReprocessResult,
  StopReason,
} from "../handlers/reprocess/request";
export type { RecordError } from "../records/record";
export { catchErrors } from "./asl/catch";
export { spoolFailedState } from "./asl/failStates";
export { longestExecutionSeconds } from "./asl/longestExecution";
export { type RetryPolicy, retriers } from "./asl/retry";
export { type SpoolStateOptions, spoolState } from "./asl/spoolState";
export type { State, StateMachineDefinition } from "./asl/states";
export { functionCall, type TaskCall, type TaskStateOptions, taskState } from "./asl/taskState";
export type { Outcome } from "./asl/uncertainTaskDefinition";
export {
  ClosureFunction,
  type ClosureFunctionArgs,
  type ClosureFunctionTransform,
  type FunctionHandler,
  type PackagedCode,
} from "./closureFunction";
export type { Architecture, LogRetention } from "./closureFunctionSettings";
export { Dashboard, type DashboardArgs } from "./dashboard";
export type { Duration } from "./duration";
export { ErrorSpool, type ErrorSpoolArgs, type ErrorSpoolTransform, type SpoolAlarms } from "./errorSpool";
export type { TracingMode } from "./functionRole";
export type { FunctionSettings } from "./libraryFunction";
export type { MiddlewareMetrics, Observed, ObservedBasics, ObservedParts } from "./observed";
export type { PermissionStatement } from "./policy";
export { Reconciler, type ReconcilerArgs, type ReconcilerOptions } from "./reconciler";
export { Renewer, type RenewerArgs, type RenewerOptions } from "./renewer";
export { ReprocessFunction, type ReprocessFunctionArgs } from "./reprocessFunction";
export { SavedQueries, type SavedQueriesArgs } from "./savedQueries";
export type { ScheduleTransform } from "./schedule";
export type { SourceArgs, Sources } from "./sources";
export type { QueueReference, SpoolFromArnArgs, SpoolReference } from "./spoolReference";
export type { TaskFunction, TaskResource, TemplateInput, UncertainTaskTarget } from "./taskTarget";
export type { Transform } from "./transform";
export { UncertainTask, type UncertainTaskArgs, type UncertainTaskTransform } from "./uncertainTask";
