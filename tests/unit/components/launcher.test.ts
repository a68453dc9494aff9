import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Adopt } from "../../../components/adopt";
import { ErrorSpool } from "../../../components/errorSpool";
import { replayTimeout } from "../../../components/launcher";
import { Reconciler } from "../../../components/reconciler";
import type { ReplayArgs, ReplaySource } from "../../../components/replaySource";
import { ReprocessFunction } from "../../../components/reprocessFunction";
import { UncertainTask } from "../../../components/uncertainTask";
import { type Grant, MockedProgram } from "./mockedProgram";

const lambda = "aws:lambda/function:Function";
const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
const queueArn = (name: string) => `arn:aws:sqs:eu-west-1:123456789012:${name}`;
const launcherArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:reprocess-launcher";
let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

function source(name: string, replay: Partial<ReplayArgs> = {}): ReplaySource {
  const arn = pulumi.output(functionArn(name));
  return {
    source: name,
    replay: { functionArn: arn, functionTimeoutSeconds: pulumi.output(60), origins: [arn], ...replay },
  };
}

function reprocess(
  sources: readonly (ReplaySource | UncertainTask<never, unknown>)[],
  spool = new ErrorSpool("spool"),
) {
  return new ReprocessFunction("reprocess", { spool, sources });
}

describe("the launcher", () => {
  it("is made only where a source needs it", async () => {
    const { launcher } = new ReprocessFunction("reprocess", {
      spool: new ErrorSpool("spool"),
      sources: { charge: launcherArn },
    });
    expect(launcher).toBeUndefined();
    expect(await program.all("aws:sfn/stateMachine:StateMachine")).toEqual([]);
  });

  it("hands the order and its own execution's name to the function that replays", async () => {
    const { launcher } = reprocess([source("notify")]);
    expect(launcher?.source).toBe("reprocess-launcher");
    const machine = await program.resource("aws:sfn/stateMachine:StateMachine", "reprocess-launcher");
    const { UncertainTask: task } = JSON.parse(String(machine.inputs.definition)).States;
    expect(task).toMatchObject({
      Resource: functionArn("reprocess-launcher-replay"),
      Arguments: { order: "{% $states.input %}", execution: "{% $states.context.Execution.Name %}" },
      TimeoutSeconds: 120,
    });
    expect(task.Retry[0]).toEqual({
      ErrorEquals: ["PayloadExpired", "RecordsExpired", "UndeclaredSource", "Unreadable"],
      MaxAttempts: 0,
    });
  });

  it("waits as long as the slowest function may take", async () => {
    reprocess([source("notify"), source("slow", { functionTimeoutSeconds: pulumi.output(600) })]);
    expect((await program.resource(lambda, "reprocess-launcher-replay")).inputs.timeout).toBe(630);
  });

  it("refuses a function that takes longer than another one can wait", () => {
    expect(replayTimeout([{ source: "slow", seconds: 870 }])).toBe(900);
    expect(() =>
      replayTimeout([
        { source: "notify", seconds: 60 },
        { source: "slow", seconds: 900 },
      ]),
    ).toThrow(
      '[timeout] of "slow" must be at most "870 seconds", since the function that replays waits for it, got "15 minutes"',
    );
  });

  it("knows what each source stands for, and may do that alone", async () => {
    const queue = { arn: pulumi.output(queueArn("orders.fifo")), url: pulumi.output("https://orders.fifo") };
    const stream = pulumi.output("arn:aws:kinesis:eu-west-1:123456789012:stream/clicks");
    reprocess([
      source("notify"),
      source("clicks", { streamArn: stream }),
      { source: "orders", replay: { origins: [queue.arn], returnQueue: queue } },
    ]);
    expect(await program.config("reprocess-launcher-replay")).toEqual({
      targets: {
        notify: { functionArn: functionArn("notify") },
        clicks: { functionArn: functionArn("clicks") },
        orders: { queueUrl: "https://orders.fifo" },
      },
    });
    expect((await program.ownGrants("reprocess-launcher-replay")).slice(0, 5)).toEqual([
      ["lambda:InvokeFunction", [functionArn("clicks"), functionArn("notify")]],
      ["sqs:SendMessage", queueArn("orders.fifo")],
      [["kinesis:GetRecords", "kinesis:GetShardIterator"], "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"],
      ["s3:GetObject", "arn:aws:s3:::spool-payloads/*"],
      ["s3:ListBucket", "arn:aws:s3:::spool-payloads"],
    ]);
  });
});

describe("a launcher of several reprocess functions", () => {
  it("is declared in each, with the sources that each has", async () => {
    const spool = new ErrorSpool("spool");
    const [notify, index] = [source("notify"), source("index")];
    const { launcher } = reprocess([notify, index], spool);
    const other = new ReprocessFunction("other", { spool, sources: [notify], launcher, renewer: false });
    expect(other.launcher).toBe(launcher);
    expect((await program.all("aws:sfn/stateMachine:StateMachine")).map(({ name }) => name)).toEqual([
      "reprocess-launcher",
    ]);
    expect((await program.config("other")).sources).toEqual({
      notify: { stateMachineArn: launcherArn, origins: [functionArn("notify")] },
      "reprocess-launcher": expect.objectContaining({ stateMachineArn: launcherArn, launches: true }),
    });
    expect(await program.ownGrants("other")).toContainEqual(["states:StartExecution", launcherArn]);
  });

  it("is declared also where no source needs it", async () => {
    const spool = new ErrorSpool("spool");
    const { launcher } = reprocess([source("notify")], spool);
    const charge = new UncertainTask("charge", { spool, task: async () => undefined });
    new ReprocessFunction("other", { spool, sources: [charge], launcher, reconciler: false, renewer: false });
    expect(Object.keys((await program.config("other")).sources)).toEqual(["charge", "reprocess-launcher"]);
  });

  it("must know the sources of all", () => {
    const spool = new ErrorSpool("spool");
    const { launcher } = reprocess([source("notify"), source("index")], spool);
    expect(() => new ReprocessFunction("other", { spool, sources: [source("ship")], launcher })).toThrow(
      new Error(
        `[launcher] must have "ship" of [sources] among its own sources, since it replays its failures, got "notify", "index"`,
      ),
    );
  });

  it("must have their spool", () => {
    const notify = source("notify");
    const { launcher } = reprocess([notify]);
    const spool = new ErrorSpool("other-spool");
    expect(() => new ReprocessFunction("other", { spool, sources: [notify], launcher })).toThrow(
      new Error(`[launcher] must have the same [spool], got "reprocess-launcher" with another one`),
    );
  });
});

describe("a launcher that was replaced", () => {
  const former = "arn:aws:states:eu-west-1:123456789012:stateMachine:old-launcher";

  it("is asked what it started, for all that it replayed, and starts nothing", async () => {
    new ReprocessFunction("reprocess", {
      spool: new ErrorSpool("spool"),
      sources: [source("notify")],
      launcher: { formerStateMachineArns: [pulumi.output(former)] },
    });
    for (const name of ["reprocess", "reprocess-renewer"]) {
      expect((await program.config(name)).sources).toMatchObject({
        notify: { stateMachineArn: launcherArn, formerStateMachineArns: [former] },
        "reprocess-launcher": { stateMachineArn: launcherArn, formerStateMachineArns: [former] },
      });
      const executions = (arn: string) => `${arn.replace("stateMachine", "execution")}:*`;
      const grants = await program.ownGrants(name);
      expect(grants.find(([actions]) => [actions].flat().includes("states:DescribeExecution"))?.[1]).toEqual([
        executions(former),
        executions(launcherArn),
      ]);
      expect(
        grants.filter(([actions]) => actions === "states:StartExecution").flatMap(([, arns]) => arns),
      ).not.toContain(former);
    }
  });

  it("is named by its ARN", () => {
    const launcher = { formerStateMachineArns: ["old-launcher"] };
    expect(
      () =>
        new ReprocessFunction("reprocess", { spool: new ErrorSpool("spool"), sources: [source("notify")], launcher }),
    ).toThrow(new Error(`[formerStateMachineArns] must be the ARN of a state machine, got "old-launcher"`));
  });
});

describe("the renewer of sources that are replayed", () => {
  const ruleOf = async () =>
    (await program.resource("aws:cloudwatch/eventRule:EventRule", "reprocess-renewer-schedule")).inputs;

  it("looks every day", async () => {
    reprocess([source("notify")]);
    expect((await ruleOf()).scheduleExpression).toBe("rate(1 day)");
  });

  it("looks as often as it is told", async () => {
    const sources = [source("ship")];
    new ReprocessFunction("reprocess", { spool: new ErrorSpool("spool"), sources, renewer: { every: "6 hours" } });
    expect((await ruleOf()).scheduleExpression).toBe("rate(6 hours)");
  });
});

describe("keys of one's own", () => {
  const key = (name: string) => `arn:aws:kms:eu-west-1:123456789012:key/${name}`;
  const stream = pulumi.output("arn:aws:kinesis:eu-west-1:123456789012:stream/clicks");
  const fifo = { arn: pulumi.output(queueArn("orders.fifo")), url: pulumi.output("https://orders.fifo") };
  const keyGrantsOf = async (name: string) =>
    (await program.ownGrants(name)).filter(([action]) => [action].flat().some((one) => one.startsWith("kms:")));

  it("may be used by each function for what it handles", async () => {
    reprocess([
      source("ship", { kmsKeyArns: [pulumi.output(key("ship"))] }),
      source("clicks", { streamArn: stream, kmsKeyArns: [pulumi.output(key("clicks"))] }),
      {
        source: "orders",
        replay: {
          origins: [fifo.arn],
          deadLetterQueue: fifo,
          returnQueue: fifo,
          kmsKeyArns: [pulumi.output(key("orders"))],
        },
      },
    ]);
    expect(await keyGrantsOf("reprocess")).toEqual([["kms:Decrypt", [key("orders"), key("ship")]]]);
    // It leaves FIFO queues alone.
    expect(await keyGrantsOf("reprocess-renewer")).toEqual([["kms:Decrypt", key("ship")]]);
    expect(await keyGrantsOf("reprocess-launcher-replay")).toEqual([
      ["kms:Decrypt", key("clicks")],
      [["kms:Decrypt", "kms:GenerateDataKey"], key("orders")],
    ]);
    expect(await keyGrantsOf("reprocess-reconciler")).toEqual([]);
  });
});

describe("a reprocess function with sources that are replayed", () => {
  it("starts the launcher for them, and knows them by AWS's own names", async () => {
    const spool = new ErrorSpool("spool");
    const charge = new UncertainTask("charge", { spool, task: async () => undefined });
    reprocess([charge, source("notify")], spool);
    const { sources, bucket } = await program.config("reprocess");
    expect(bucket).toBe("spool-payloads");
    expect(sources).toMatchObject({
      charge: { stateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:charge" },
      notify: { stateMachineArn: launcherArn, origins: [functionArn("notify")] },
      "reprocess-launcher": { stateMachineArn: launcherArn, launches: true },
    });
    expect(sources.notify).not.toHaveProperty("longestExecutionSeconds");
    expect(Object.keys((await program.config("reprocess-reconciler")).sources)).toEqual([
      "charge",
      "reprocess-launcher",
    ]);
  });

  it("receives from the queues beside the spool, too", async () => {
    const queue = queueArn("dead");
    reprocess([new Adopt("old-orders", { queue, function: { arn: functionArn("process") } })]);
    const url = "https://sqs.eu-west-1.amazonaws.com/123456789012/dead";
    expect((await program.config("reprocess")).deadLetterQueues).toEqual([{ url, source: "old-orders" }]);
    expect((await program.config("reprocess-renewer")).deadLetterQueues).toEqual([{ url, source: "old-orders" }]);
    expect((await program.ownGrants("reprocess"))[0]).toEqual([
      ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      [queue, queueArn("spool")],
    ]);
  });

  it("lets the renewer alone with adopted queues but FIFO ones", async () => {
    const [standard, returnTo] = [queueArn("dead"), queueArn("orders.fifo")];
    reprocess([
      new Adopt("old-orders", { queue: standard, function: { arn: functionArn("process") } }),
      new Adopt("old-groups", { queue: queueArn("dead.fifo"), returnTo }),
    ]);
    const queues = (grants: readonly Grant[]) => grants.flatMap(([, resources]) => resources);
    expect(queues(await program.ownGrants("reprocess"))).toContain(queueArn("dead.fifo"));
    expect(queues(await program.ownGrants("reprocess-renewer"))).toContain(standard);
    expect(queues(await program.ownGrants("reprocess-renewer"))).not.toContain(queueArn("dead.fifo"));
  });

  it("names what is wrong with its sources", () => {
    const spool = new ErrorSpool("spool");
    expect(() => reprocess([source("notify"), source("notify")], spool)).toThrow(
      '[sources] must have names of their own, got "notify" twice',
    );
    expect(() => new ReprocessFunction("other", { spool, sources: { mail: source("notify") } })).toThrow(
      '[sources.mail] must have the name of its component, "notify": set [source] there',
    );
    expect(() => new Reconciler("reconciler", { spool, sources: [source("notify")] })).toThrow(
      '[launcher] must be given, since failures of "notify" in [sources] are replayed, got none',
    );
  });
});
