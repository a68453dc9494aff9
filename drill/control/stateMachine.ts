// A state machine of the program without components: one task, tried again as Step Functions' console proposes, and no Catch.
import * as aws from "@pulumi/aws";
import { atLeastOne } from "./handlerFunction";

/** What the console writes for a new Lambda task. */
const retry = {
  ErrorEquals: [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
  ],
  IntervalSeconds: 1,
  MaxAttempts: 3,
  BackoffRate: 2,
  JitterStrategy: "FULL",
};

export function stateMachine(name: string, task: aws.lambda.Function): aws.sfn.StateMachine {
  const role = new aws.iam.Role(`${name}-machine-role`, {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
  });
  const policy = new aws.iam.RolePolicy(`${name}-machine-policy`, {
    role: role.name,
    policy: task.arn.apply((Resource) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource }],
      }),
    ),
  });
  const machine = new aws.sfn.StateMachine(
    name,
    { roleArn: role.arn, definition: task.arn.apply((arn) => JSON.stringify(definition(arn))) },
    { dependsOn: [policy] },
  );
  new aws.cloudwatch.MetricAlarm(`${name}-executions-failed`, {
    ...atLeastOne,
    namespace: "AWS/States",
    metricName: "ExecutionsFailed",
    dimensions: { StateMachineArn: machine.arn },
    statistic: "Sum",
  });
  return machine;
}

function definition(functionArn: string): object {
  return {
    QueryLanguage: "JSONata",
    StartAt: "Task",
    States: {
      Task: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: { FunctionName: functionArn, Payload: "{% $states.input %}" },
        Output: "{% $states.result.Payload %}",
        Retry: [retry],
        End: true,
      },
    },
  };
}
