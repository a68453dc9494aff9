// The simulator's public entry.

export type { SimulationEvent } from "./eventLog";
export type {
  CallFault,
  CallFaultRule,
  Delivery,
  DeliveryFaultRule,
  EnvironmentFault,
  Invocation,
  InvocationFault,
  InvocationFaultRule,
} from "./faults";
export type { HttpHost, HttpReply, HttpRequest, HttpResponse } from "./internet";
export type { Json, JsonObject } from "./json";
export { type Listener, listen } from "./listen";
export { type EvaluatedProgram, evaluateProgram, type ProgramOptions } from "./program/evaluate";
export type { NewResource } from "./program/protocol";
export { Random } from "./random";
export { AwsError, type Call, type CreatedResource, type Outcome, type Principal } from "./service";
export { Simulation, type SimulationOptions } from "./simulation";
