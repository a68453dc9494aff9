// Tasks that wait for somebody outside: .waitForTaskToken, heartbeats, and the operations that answer a token.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../../simulator/json";
import { later, type StepFunctionsWorld, stepFunctionsWorld, types } from "../stepFunctionsWorld";

const waiting = {
  Type: "Task",
  Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
  Arguments: { QueueUrl: "https://q", MessageBody: { token: "{% $states.context.Task.Token %}" } },
  End: true,
};

interface Started extends StepFunctionsWorld {
  readonly executionArn: string;
  /** The tokens that were sent so far. */
  tokens(): string[];
  answer(action: string, input: JsonObject): string;
}

function started(state: JsonObject = waiting, more: JsonObject = {}, run = 1000): Started {
  const made = stepFunctionsWorld();
  const executionArn = made.start(made.create({ A: state, ...more }));
  made.world.run(run);
  return {
    ...made,
    executionArn,
    tokens: () => made.calls.map(({ input }) => (JSON.parse(String(input.MessageBody)) as { token: string }).token),
    answer: (action, input) => {
      const outcome = made.world.outcome("states", action, input);
      made.world.runUntilQuiet();
      return outcome.ok ? "ok" : `${outcome.error.code}: ${outcome.error.message}`;
    },
  };
}

describe("a task that waits for its token", () => {
  it("ends with what SendTaskSuccess brings", () => {
    const { tokens, answer, view, executionArn } = started();
    const [taskToken = ""] = tokens();
    expect(view(executionArn).status).toBe("RUNNING");
    expect(answer("SendTaskSuccess", { taskToken, output: '{"paid":true}' })).toBe("ok");
    const { output, history } = view(executionArn);
    expect(output).toBe('{"paid":true}');
    expect(types(history)).toEqual([
      ...["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"],
      ...["TaskStateExited", "ExecutionSucceeded"],
    ]);
    const resource = { resource: "sendMessage.waitForTaskToken", resourceType: "sqs" };
    expect(history[2]?.taskScheduledEventDetails).toMatchObject(resource);
    expect(history[4]?.taskSubmittedEventDetails).toMatchObject(resource);
    expect(history[5]?.taskSucceededEventDetails).toMatchObject({ ...resource, output: '{"paid":true}' });
  });

  it("fails with what SendTaskFailure brings, or with nothing", () => {
    const one = started();
    one.answer("SendTaskFailure", { taskToken: one.tokens()[0] ?? "", error: "Declined", cause: "no cover" });
    expect(one.view(one.executionArn)).toMatchObject({ status: "FAILED", error: "Declined", cause: "no cover" });
    const caught = { ...waiting, Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }] };
    const other = started(caught, { B: { Type: "Pass", End: true } });
    other.answer("SendTaskFailure", { taskToken: other.tokens()[0] ?? "" });
    expect(other.view(other.executionArn).output).toBe('{"Error":null,"Cause":null}');
  });

  it("keeps nobody waiting for it who waits until all is quiet, where it may take days", () => {
    const { world, view, executionArn } = started({ ...waiting, TimeoutSeconds: 12 * 86_400 });
    world.runUntilQuiet();
    expect(view(executionArn).status).toBe("RUNNING");
    world.run(12 * 86_400_000);
    expect(view(executionArn)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  });

  it("has a new token for every attempt; the old one answers nothing", () => {
    const retry = { ...waiting, TimeoutSeconds: 5, Retry: [{ ErrorEquals: ["States.Timeout"], MaxAttempts: 1 }] };
    const { tokens, answer, view, executionArn } = started(retry, {}, 7000);
    const [first = "", second = ""] = tokens();
    expect(first).not.toBe(second);
    expect(answer("SendTaskSuccess", { taskToken: first, output: "1" })).toBe(
      "TaskTimedOut: Task Timed Out: 'Provided task does not exist anymore'",
    );
    const outcome = answer("SendTaskSuccess", { taskToken: second, output: "2" });
    expect([outcome, view(executionArn).status]).toEqual(["ok", "SUCCEEDED"]);
  });

  it("has nothing under way: quiet does not wait for its timeout", () => {
    const { world, view, executionArn } = started({ ...waiting, TimeoutSeconds: 12 * 86_400 });
    world.runUntilQuiet();
    expect(view(executionArn).status).toBe("RUNNING");
    world.run(12 * 86_400_000);
    expect(view(executionArn)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  });

  it("asks for the right to answer on its state machine, also when nobody waits any more", () => {
    const asked: string[] = [];
    const iam = {
      authorize: (_call: unknown, { action, resource }: { action: string; resource: string }) => {
        if (action === "states:SendTaskSuccess") asked.push(resource);
        return undefined;
      },
      assertAssumable: () => undefined,
    };
    const { world, create, start, calls } = stepFunctionsWorld({ iam });
    const machine = create({ A: waiting });
    start(machine);
    world.run(1000);
    const { token: taskToken } = JSON.parse(String(calls[0]?.input.MessageBody)) as { token: string };
    for (const token of [taskToken, taskToken, "none"])
      world.outcome("states", "SendTaskSuccess", { taskToken: token, output: "1" });
    expect(asked).toEqual([machine, machine, "*"]);
  });

  it("takes one answer", () => {
    const { tokens, answer } = started();
    const [taskToken = ""] = tokens();
    answer("SendTaskSuccess", { taskToken, output: "1" });
    for (const action of ["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"]) {
      expect(answer(action, { taskToken, output: "1" })).toMatch(/^TaskTimedOut: /);
    }
  });

  it("lets an answer wait that overtakes the service's own, and takes no second one meanwhile", () => {
    const codes: string[] = [];
    const made: StepFunctionsWorld = stepFunctionsWorld({
      sqs: (input) => {
        const { token } = JSON.parse(String(input.MessageBody)) as { token: string };
        const call = { service: "states", action: "SendTaskSuccess", input: { taskToken: token, output: "1" } };
        for (const _ of [1, 2]) {
          made.world.gateway.call({ ...call, principal: { kind: "operator" } }, (outcome) => {
            codes.push(outcome.ok ? "ok" : outcome.error.code);
          });
        }
        return later(() => made.world, 1000, { MD5OfMessageBody: "md5", MessageId: "id" });
      },
    });
    const { history, output } = made.run({ A: waiting });
    expect(output).toBe("1");
    expect(types(history).slice(4, 6)).toEqual(["TaskSubmitted", "TaskSucceeded"]);
    expect(codes.sort()).toEqual(["TaskTimedOut", "ok"]);
  });
});

describe("a heartbeat", () => {
  const beating = { ...waiting, HeartbeatSeconds: 10 };

  it("that stays away ends the task with States.Timeout", () => {
    const { world, view, executionArn } = started(beating);
    world.runUntilQuiet();
    const { error, history, startedAt, stoppedAt = 0 } = view(executionArn);
    expect(error).toBe("States.Timeout");
    expect(stoppedAt - startedAt).toBeLessThan(10_100);
    expect(history[2]?.taskScheduledEventDetails).toMatchObject({ heartbeatInSeconds: 10 });
    expect(history[5]?.taskTimedOutEventDetails).toMatchObject({ error: "States.Timeout" });
  });

  it("that stays away can be told from a timeout by Retry and Catch", () => {
    const caught = { ...beating, Catch: [{ ErrorEquals: ["States.HeartbeatTimeout"], Next: "B" }] };
    const { world, view, executionArn } = started(caught, { B: { Type: "Pass", End: true } });
    world.runUntilQuiet();
    expect(view(executionArn).output).toBe('{"Error":"States.Timeout","Cause":""}');
  });

  it("gives the task the same time again, up to its timeout", () => {
    const { world, tokens, view, executionArn } = started({ ...beating, TimeoutSeconds: 25 });
    const [taskToken = ""] = tokens();
    for (const _ of [1, 2]) {
      world.run(8000);
      world.call("states", "SendTaskHeartbeat", { taskToken });
    }
    world.runUntilQuiet();
    const { startedAt, stoppedAt = 0 } = view(executionArn);
    expect(Math.round((stoppedAt - startedAt) / 1000)).toBe(25);
  });
});

describe("the operations that answer a token", () => {
  it("check what they get", () => {
    const { answer, tokens } = started();
    const [taskToken = ""] = tokens();
    expect(answer("SendTaskSuccess", { taskToken: "none", output: "1" })).toBe(
      "InvalidToken: Invalid Token: 'Invalid token'",
    );
    expect(answer("SendTaskSuccess", { taskToken, output: "{" })).toBe(
      "InvalidOutput: Invalid Output: 'it is not valid JSON'",
    );
    expect(answer("SendTaskSuccess", { taskToken, output: `"${"x".repeat(262_144)}"` })).toContain(
      "ValidationException: 1 validation error detected: Value at 'output' failed to satisfy constraint: Member must have " +
        "length less than or equal to 262144",
    );
    expect(answer("SendTaskFailure", { taskToken, error: "x".repeat(257) })).toContain(
      "at 'error' failed to satisfy constraint: Member must have length less than or equal to 256",
    );
    expect(answer("SendTaskHeartbeat", { taskToken: "x".repeat(2049) })).toContain("less than or equal to 2048");
  });
});
