// Where an order is: a state machine of the shop's own around a neighbour that throttles, with the library's spool at its end.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  ClosureFunction,
  type Observed,
  type ObservedParts,
  type SourceArgs,
  type SpoolReference,
  type StateMachineSource,
} from "../components";
import { type Duration, durationOf } from "../components/duration";
import { policyDocument, trustPolicy } from "../components/policy";
import { keyStatements } from "../components/spoolReference";
import { askWarehouse, type StatusRequest } from "../handlers/bookshop/askWarehouse";
import { longestOrderStatusSeconds, type OrderStatusOptions, orderStatusDefinition } from "./orderStatusDefinition";

export interface OrderStatusArgs {
  /** Where failed work waits. */
  readonly spool: SpoolReference;
  readonly warehouseUrl: pulumi.Input<string>;
}

const functionTimeout = "10 seconds";
const limits = { timeoutSeconds: 40, waits: 3, waitSeconds: 60 };

/** Records that its executions leave are redriven as an uncertain task's are. What fails without a record the reconciler finds. */
export class OrderStatus extends pulumi.ComponentResource implements Observed, StateMachineSource {
  readonly stateMachine: aws.sfn.StateMachine;
  readonly arn: pulumi.Output<string>;
  /** Of the function that asks the warehouse. */
  readonly functionName: pulumi.Output<string>;
  /** The logical source that failure records name. */
  readonly source: string;
  /** What a ReprocessFunction must know of it. */
  readonly redrive: SourceArgs;
  /** Where failed work waits. */
  readonly spool: SpoolReference;
  readonly observed: ObservedParts;

  constructor(name: string, { spool, warehouseUrl }: OrderStatusArgs) {
    super("respool:bookshop:OrderStatus", name);
    this.spool = spool;
    const child = { parent: this };
    this.source = name;
    const ask = new ClosureFunction(
      `${name}-function`,
      {
        callback: async (request: StatusRequest) => askWarehouse(request, process.env),
        environment: { WAREHOUSE_URL: warehouseUrl },
        timeout: functionTimeout,
      },
      child,
    );
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        assumeRolePolicy: trustPolicy("states.amazonaws.com"),
        description: `Execution role of the state machine ${name}`,
      },
      child,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        role: role.name,
        policy: policyDocument([
          { actions: ["lambda:InvokeFunction"], resources: [ask.arn] },
          { actions: ["sqs:SendMessage"], resources: [spool.arn] },
          ...keyStatements(spool),
        ]),
      },
      child,
    );
    const options = (functionArn: string, queueUrl: string): OrderStatusOptions => ({
      ...limits,
      source: name,
      functionArn,
      queueUrl,
    });
    this.stateMachine = new aws.sfn.StateMachine(
      name,
      {
        type: "STANDARD",
        roleArn: role.arn,
        definition: pulumi
          .all([ask.arn, spool.url])
          .apply(([functionArn, queueUrl]) => JSON.stringify(orderStatusDefinition(options(functionArn, queueUrl)))),
      },
      { ...child, dependsOn: [policy] },
    );
    this.arn = this.stateMachine.arn;
    const longestExecution: Duration = durationOf(longestOrderStatusSeconds(options("", "")));
    this.redrive = { stateMachineArn: this.arn, longestExecution };
    this.functionName = ask.functionName;
    this.observed = {
      kind: "task",
      title: name,
      stateMachineArn: this.arn,
      functionName: ask.functionName,
      logGroupNames: [ask.logGroup.name],
    };
    this.registerOutputs({ arn: this.arn });
  }
}
