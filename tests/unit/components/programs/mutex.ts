// A state machine of a team's own that works for a customer alone: the fragments around a Wait of a minute, and what frees its leases.
import * as aws from "@pulumi/aws";
import { acquireStates, createLeaseRelease, releaseStates, Semaphore } from "../../../../components";
import { policyDocument, trustPolicy } from "../../../../components/policy";

const semaphore = new Semaphore("customers", { limit: 1 });
const key = "customer.id";

const role = new aws.iam.Role("work-role", { assumeRolePolicy: trustPolicy("states.amazonaws.com") });
const policy = new aws.iam.RolePolicy("work-policy", {
  role: role.name,
  policy: policyDocument(semaphore.statements),
});

function definition(tableName: string): string {
  const use = { tableName, limit: semaphore.limit, key, leaseSeconds: 600, maximumWaitSeconds: 3_600 };
  const names = (state: string) => state;
  const { startAt, states } = acquireStates({
    names,
    use,
    acquired: "Work",
    again: "Acquire",
    gaveUp: "GaveUp",
    failed: "GaveUp",
  });
  return JSON.stringify({
    QueryLanguage: "JSONata",
    StartAt: startAt,
    States: {
      ...states,
      Work: { Type: "Wait", Seconds: 60, Next: "Release" },
      ...releaseStates({ name: "Release", use, after: { End: true } }).states,
      GaveUp: { Type: "Fail", Error: "GaveUp", Cause: "{% $string($failure) %}" },
    },
  });
}

const machine = new aws.sfn.StateMachine(
  "work",
  { roleArn: role.arn, definition: semaphore.tableName.apply(definition) },
  { dependsOn: [policy] },
);

const release = createLeaseRelease(
  "work-leases",
  { stateMachineArn: machine.arn, uses: [{ semaphore, key, holdSeconds: 30 }] },
  semaphore,
);

export const workArn = machine.arn;
export const releaseArn = release.arn;
export const tableName = semaphore.tableName;
