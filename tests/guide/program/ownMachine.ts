// The second program of docs/guide/under-control.md, which shows it without this line.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  CircuitBreaker,
  ClosureFunction,
  createLeaseRelease,
  ErrorSpool,
  functionCall,
  leaseSeconds,
  type PermissionStatement,
  ReprocessFunction,
  retriers,
  runsOnSeconds,
  Semaphore,
  uncertainStep,
  unfinishedErrors,
} from "../../../components";

interface Page {
  readonly page: string;
}

const source = "publish-page";
const spool = new ErrorSpool("spool");
const slots = new Semaphore("slots", { limit: 2 });
const translator = new CircuitBreaker("translator");
const published = new aws.sqs.Queue("published");

const functionSeconds = 60;
const translate = new ClosureFunction("translate", {
  callback: async ({ page }: Page) => {
    const { status } = await fetch(`https://translator.example.com/${page}`);
    if (status !== 200) throw Object.assign(new Error(`status ${status}`), { name: "TranslatorDown" });
    return { translated: page };
  },
  timeout: `${functionSeconds} seconds`,
});

// What the fragments must be told, and a component would find out itself.
const timeoutSeconds = functionSeconds + 30;
const permanentErrors: readonly string[] = [];
const retry = retriers(permanentErrors);
const lease = leaseSeconds({ states: [{ TimeoutSeconds: timeoutSeconds, Retry: retry }], functionSeconds });
const maximumWaitSeconds = 600;
const breaker = translator.use({ step: "translate", answers: permanentErrors, permitSeconds: lease });

const definition = pulumi
  .all([translate.arn, spool.url, slots.tableName, breaker, published.url])
  .apply(([functionArn, queueUrl, tableName, breakerUse, publishedUrl]) => {
    const step = uncertainStep({
      names: (state) => `Translate: ${state}`,
      task: "Translate",
      source,
      step: "translate",
      call: functionCall(functionArn),
      timeoutSeconds,
      retry,
      queueUrl,
      onFailure: "resume",
      outcome: "succeed",
      semaphore: {
        tableName,
        limit: slots.limit,
        leaseSeconds: lease,
        maximumWaitSeconds,
        unfinished: unfinishedErrors(timeoutSeconds, functionSeconds),
      },
      breaker: breakerUse,
      after: { Next: "Publish" },
    });
    return {
      Comment: "Publishes a page in another language.",
      QueryLanguage: "JSONata" as const,
      StartAt: "Prepare",
      States: {
        Prepare: { Type: "Pass" as const, Output: { page: "{% $states.input.path %}" }, Next: step.startAt },
        ...step.states,
        Publish: {
          Type: "Task" as const,
          Resource: "arn:aws:states:::sqs:sendMessage",
          Arguments: { QueueUrl: publishedUrl, MessageBody: "{% $string($states.input) %}" },
          TimeoutSeconds: 60,
          Retry: [],
          Catch: [],
          End: true as const,
        },
      },
    };
  });

function allow(statements: readonly PermissionStatement[]): pulumi.Output<string> {
  const Statement = statements.map(({ actions, resources }) => ({
    Effect: "Allow",
    Action: [...actions],
    Resource: [...resources],
  }));
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement });
}

const trusted = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "states.amazonaws.com" } };
const role = new aws.iam.Role("publish-page", {
  assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trusted] }),
});
const policy = new aws.iam.RolePolicy("publish-page", {
  role: role.name,
  policy: allow([
    { actions: ["lambda:InvokeFunction"], resources: [translate.arn] },
    { actions: ["sqs:SendMessage"], resources: [spool.arn, published.arn] },
    ...slots.statements,
    ...translator.statements,
  ]),
});
const machine = new aws.sfn.StateMachine(
  "publish-page",
  { roleArn: role.arn, definition: definition.apply((known) => JSON.stringify(known)) },
  { dependsOn: [policy] },
);

// Frees the place of an execution that is stopped.
createLeaseRelease(
  "publish-page-release",
  {
    stateMachineArn: machine.arn,
    uses: [{ semaphore: slots, holdSeconds: runsOnSeconds(functionSeconds) }],
    resumes: true,
  },
  slots,
);

const reprocess = new ReprocessFunction("reprocess", {
  spool,
  sources: {
    [source]: { stateMachineArn: machine.arn, resumes: true, holds: true, breaker: translator },
  },
});

export const publishPageArn = machine.arn;
export const publishedUrl = published.url;
export const spoolUrl = spool.url;
export const slotsTable = slots.tableName;
export const reprocessFunctionName = reprocess.functionName;
