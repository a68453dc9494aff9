// Recording an execution over HTTP, and replaying what was recorded.
import { SFNClient } from "@aws-sdk/client-sfn";
import { afterEach, describe, expect, it } from "vitest";
import type { ConformanceCase, RecordedFunction } from "../../../conformance/conformanceCase";
import { pythonLambda } from "../../../conformance/pythonFunctions";
import { record } from "../../../conformance/record";
import { replay } from "../../../conformance/replay";
import type { JsonObject } from "../../../simulator/json";
import { type Listener, listen } from "../../../simulator/listen";
import { Simulation } from "../../../simulator/simulation";

let listener: Listener | undefined;

afterEach(async () => {
  await listener?.close();
  listener = undefined;
});

const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

interface Started {
  readonly simulation: Simulation;
  readonly executionArn: string;
}

function start(states: JsonObject, functions: Record<string, RecordedFunction>, input: JsonObject = {}): Started {
  const simulation = new Simulation({ seed: 7 });
  simulation.gateway.add(pythonLambda(simulation, new Map(Object.entries(functions))));
  const inlinePolicies = [{ name: "all", policy: JSON.stringify(everything) }];
  const inputs = { name: "machine", assumeRolePolicy: JSON.stringify(trust), inlinePolicies };
  const roleArn = simulation.create({ type: "aws:iam/role:Role", name: "machine", inputs }).state.arn as string;
  simulation.call("sqs", "CreateQueue", { QueueName: "orders" });
  const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt: Object.keys(states)[0], States: states });
  const { stateMachineArn } = simulation.call("states", "CreateStateMachine", { name: "shop", definition, roleArn });
  const request = { stateMachineArn, name: "order-1", input: JSON.stringify(input) };
  const { executionArn } = simulation.call("states", "StartExecution", request);
  return { simulation, executionArn: executionArn as string };
}

async function recordFrom({ simulation, executionArn }: Started): Promise<ConformanceCase> {
  listener = await listen(simulation);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new SFNClient({ region: simulation.region, endpoint: listener.url, credentials });
  return record(client, executionArn, "recorded");
}

const invoke = (fields: JsonObject): JsonObject => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: "charge", Payload: "{% $states.input %}" },
  ...fields,
});
const retryTwice = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 2 }];

/** Fails with a service error, then with the function's own, then answers; and sends the answer to a queue. */
function shop(): Started {
  const sequence = [
    { serviceError: { code: "TooManyRequestsException", message: "Rate Exceeded.", status: 429 } },
    { throws: { errorType: "CardError", errorMessage: "no" } },
    { returns: { charged: true }, sleepSeconds: 2 },
  ];
  const send = {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage",
    Arguments: {
      QueueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
      MessageBody: { order: "{% $states.input.Payload %}" },
    },
    End: true,
  };
  const started = start(
    { Charge: invoke({ Retry: retryTwice, Next: "Tell" }), Tell: send },
    { charge: { behaviour: { sequence } } },
    { id: 1 },
  );
  started.simulation.runFor(3_600_000);
  return started;
}

describe("record", () => {
  it("writes a case that the simulator replays without a difference", async () => {
    const recorded = await recordFrom(shop());
    expect(recorded.expected.status).toBe("SUCCEEDED");
    expect(recorded.expected.history.map(({ type }) => type).filter((type) => type === "TaskFailed")).toHaveLength(2);
    expect(replay(recorded).differences).toEqual([]);
  });

  it("survives its way through a file", async () => {
    const recorded = JSON.parse(JSON.stringify(await recordFrom(shop()))) as ConformanceCase;
    expect(replay(recorded).differences).toEqual([]);
  });

  it("writes functions and queues as references, with what the functions answered", async () => {
    const recorded = await recordFrom(shop());
    const text = JSON.stringify(recorded);
    expect(text).not.toContain("123456789012");
    expect(text).not.toContain('order-1"}');
    expect(recorded.definition).toMatchObject({
      States: {
        Charge: { Arguments: { FunctionName: `\${Function:fn1}` } },
        Tell: { Arguments: { QueueUrl: `\${Queue:q1}.url` } },
      },
    });
    expect(recorded.functions.fn1?.behaviour.sequence).toEqual([
      { serviceError: { code: "TooManyRequestsException", message: "Rate Exceeded.", status: 429 } },
      { errorPayload: expect.stringContaining('"errorType":"CardError"') as unknown },
      { returns: { charged: true }, sleepSeconds: 2 },
    ]);
    expect(recorded.features).toEqual(["jsonata", "retry", "task:lambda:invoke", "task:sqs:sendMessage"]);
  });

  it("notices when the simulator comes to something else", async () => {
    const recorded = await recordFrom(shop());
    const states = recorded.definition.States as JsonObject;
    const changed = { ...states, Charge: { ...(states.Charge as JsonObject), Retry: undefined } };
    const broken = { ...recorded, definition: { ...recorded.definition, States: changed as JsonObject } };
    expect(replay(broken).differences.map(({ at }) => at)).toContain("status");
  });

  it("compares concurrent branches by their chains", async () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: invoke({ End: true }) } });
    const parallel = { Type: "Parallel", Branches: [branch("A"), branch("B")], End: true };
    const started = start({ Both: parallel }, { charge: { behaviour: { echo: true } } }, { id: 1 });
    started.simulation.runFor(3_600_000);
    const recorded = await recordFrom(started);
    expect(recorded.expected.historyOrder).toBe("interleaved");
    expect(replay(recorded).differences).toEqual([]);
  });

  it("refuses an execution that still runs", async () => {
    const started = start({ Wait: { Type: "Wait", Seconds: 100_000, End: true } }, {});
    await expect(recordFrom(started)).rejects.toThrow(
      "[EXECUTION_ARN] must be an execution that has ended, got one that is RUNNING",
    );
  });

  it("refuses an execution whose state machine has lost its states", async () => {
    const { simulation, executionArn } = start({ First: { Type: "Pass", End: true } }, {});
    simulation.runFor(1_000);
    const stateMachineArn = executionArn.replace(":execution:", ":stateMachine:").replace(/:[^:]+$/, "");
    const definition = JSON.stringify({ StartAt: "Other", States: { Other: { Type: "Succeed" } } });
    simulation.call("states", "UpdateStateMachine", { stateMachineArn, definition });
    await expect(recordFrom({ simulation, executionArn })).rejects.toThrow(
      `${stateMachineArn} was changed since: its definition has no state "First" now`,
    );
  });
});
