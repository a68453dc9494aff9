// X-Ray traces of executions, sent with the state machine's role (Developer Guide: "Trace Step Functions request data in AWS X-Ray").
import type { Iam } from "../../iam";
import type { World } from "../../world";
import { Tracer, type XrayAction } from "../xray/tracer";
import type { Execution } from "./execution";

/** What the role needs beside segments (Developer Guide: "IAM policies for AWS X-Ray"). */
const chores: readonly XrayAction[] = ["GetSamplingRules", "GetSamplingTargets", "PutTelemetryRecords"];

/** The X-Ray clients of an account's state machines. */
export class Tracing {
  /** By state machine and role: an update may give a machine another one. */
  private readonly tracers = new Map<string, Tracer>();

  constructor(
    private readonly world: World,
    private readonly iam: Iam,
  ) {}

  /** Of the executions that end, one a machine and hour is sampled. */
  ended({ arn, machine, status }: Execution): void {
    const { roleArn } = machine;
    const key = `${machine.arn} ${roleArn}`;
    let tracer = this.tracers.get(key);
    if (tracer === undefined) {
      tracer = new Tracer(this.world, this.iam, roleArn, { stateMachine: machine.name }, chores);
      this.tracers.set(key, tracer);
    }
    if (tracer.doChores()) tracer.segment({ execution: arn, fault: status !== "SUCCEEDED" });
  }
}
