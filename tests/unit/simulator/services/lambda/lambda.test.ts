import { describe, expect, it } from "vitest";
import { lambdaWorld } from "./lambdaWorld";

const minute = 60_000;

describe("Lambda", () => {
  it("reuses an environment, and starts another one for a second invocation at once", () => {
    const world = lambdaWorld();
    world.define(
      "f",
      `let calls = 0; exports.handler = async () => { await new Promise((r) => setTimeout(r, 100)); return ++calls; };`,
    );
    expect([world.result("f"), world.result("f")]).toEqual([1, 2]);
    const results: unknown[] = [];
    const input = { FunctionName: "f", Payload: "{}" };
    for (let index = 0; index < 2; index += 1) {
      world.gateway.call({ service: "lambda", action: "Invoke", input, principal: { kind: "operator" } }, (outcome) => {
        results.push(outcome.ok ? outcome.output.Payload : outcome.error.code);
      });
    }
    world.runUntilQuiet();
    expect(results.sort()).toEqual(["1", "3"]);
    expect(world.events.all.filter((event) => event.kind === "lambda.ColdStart")).toHaveLength(2);
  });

  it("freezes an environment between invocations: its timers wait", () => {
    const world = lambdaWorld();
    world.define(
      "f",
      `let fired = 0; exports.handler = async (event) => {
        if (event.arm) { setTimeout(() => { fired = Date.now(); }, 1000); return 0; }
        await new Promise((r) => setTimeout(r, 5)); return fired ? Date.now() - fired : -1;
      };`,
    );
    world.result("f", { arm: true });
    world.run(60 * minute);
    expect(world.result("f")).toBe(5);
  });

  it("reports an error as the Node.js runtime does", () => {
    const world = lambdaWorld();
    world.define(
      "f",
      `exports.handler = async () => { throw Object.assign(new Error("no"), { name: "CardDeclinedError" }); };`,
    );
    const { FunctionError, Payload } = world.invoke("f");
    expect(FunctionError).toBe("Unhandled");
    const payload = JSON.parse(Payload) as { trace: string[] };
    expect(payload).toMatchObject({ errorType: "CardDeclinedError", errorMessage: "no" });
    expect(payload.trace[0]).toBe("CardDeclinedError: no");
  });

  it("ends a function at its timeout, and the environment with it", () => {
    const world = lambdaWorld();
    world.define(
      "f",
      `let calls = 0; exports.handler = async (e) => { calls += 1; if (e.hang) await new Promise(() => {}); return calls; };`,
      { timeout: 2 },
    );
    expect(world.result("f")).toBe(1);
    expect(world.failure("f", { hang: true })).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 2\.00 seconds$/),
    });
    expect(world.result("f")).toBe(1);
  });

  it("reports process.exit and uncaught exceptions", () => {
    const world = lambdaWorld();
    world.define(
      "f",
      `exports.handler = async (e) => { if (e.exit) process.exit(3); await new Promise(() => setTimeout(() => { throw new TypeError("late"); }, 1)); };`,
    );
    expect(world.failure("f", { exit: true })).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(/Runtime exited with error: exit status 3$/),
    });
    expect(world.failure("f")).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(/Runtime exited with error: exit status 1$/),
    });
    expect(world.collected.lines.map((line) => line.message).join("")).toContain("TypeError: late");
  });

  it("reports an exit without an error, while it runs or while it starts, as recorded on AWS", () => {
    const world = lambdaWorld();
    world.define("f", `exports.handler = async () => process.exit(0);`);
    world.define("g", `process.exit(0);`);
    for (const name of ["f", "g"]) {
      expect(world.failure(name)).toEqual({
        errorType: "Runtime.ExitError",
        errorMessage: expect.stringMatching(
          /^RequestId: [0-9a-f-]{36} Error: Runtime exited without providing a reason$/,
        ),
      });
    }
  });

  it("reports a thrown value that is no error with an empty trace, and its own death without one", () => {
    const world = lambdaWorld();
    world.define("f", `exports.handler = async () => { throw "no"; };`);
    world.define("g", `exports.handler = async () => process.exit(1);`);
    expect(world.failure("f")).toEqual({ errorType: "string", errorMessage: "no", trace: [] });
    expect(Object.keys(world.failure("g"))).toEqual(["errorType", "errorMessage"]);
  });

  it("dies of a crash that a test injects, and starts cold afterwards", () => {
    const world = lambdaWorld();
    world.define(
      "f",
      `let calls = 0; exports.handler = async () => { await new Promise((r) => setTimeout(r, 1000)); return ++calls; };`,
    );
    expect(world.result("f")).toBe(1);
    world.clock.after(500, () => world.lambda.crash("f"));
    expect(world.failure("f")).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/),
    });
    expect(world.result("f")).toBe(1);
  });

  it("tells a missing module and a missing handler", () => {
    const world = lambdaWorld();
    world.define("f", `require("left-pad");`);
    world.define("g", `exports.other = 1;`);
    expect(world.failure("f").errorType).toBe("Runtime.ImportModuleError");
    expect(world.failure("g")).toMatchObject({
      errorType: "Runtime.HandlerNotFound",
      errorMessage: "index.handler is undefined or not exported",
    });
  });

  it("throttles beyond the reserved concurrency", () => {
    const world = lambdaWorld();
    world.define("f", `exports.handler = () => new Promise((r) => setTimeout(r, 1000));`, {
      reservedConcurrentExecutions: 1,
    });
    const input = { FunctionName: "f", Payload: "{}" };
    const results: string[] = [];
    for (let index = 0; index < 2; index += 1) {
      world.gateway.call({ service: "lambda", action: "Invoke", input, principal: { kind: "operator" } }, (outcome) => {
        results.push(outcome.ok ? "ok" : outcome.error.code);
      });
    }
    world.runUntilQuiet();
    expect(results.sort()).toEqual(["TooManyRequestsException", "ok"]);
    world.call("lambda", "PutFunctionConcurrency", { FunctionName: "f", ReservedConcurrentExecutions: 0 });
    expect(world.outcome("lambda", "Invoke", input).ok).toBe(false);
    world.call("lambda", "DeleteFunctionConcurrency", { FunctionName: "f" });
    expect(world.outcome("lambda", "Invoke", input).ok).toBe(true);
  });

  it("gives a changed environment to new execution environments", () => {
    const world = lambdaWorld();
    world.define("f", `exports.handler = async () => process.env.BEHAVIOR ?? "OK";`);
    expect(world.result("f")).toBe("OK");
    world.call("lambda", "UpdateFunctionConfiguration", {
      FunctionName: "f",
      Environment: { Variables: { BEHAVIOR: "NG" } },
    });
    expect(world.result("f")).toBe("NG");
    expect(() =>
      world.call("lambda", "UpdateFunctionConfiguration", { FunctionName: "f", Runtime: "nodejs22.x" }),
    ).toThrow(
      "the simulator's UpdateFunctionConfiguration takes FunctionName, Timeout, MemorySize, Environment, got Runtime",
    );
  });

  it("retries an asynchronous invocation after one and two minutes, then drops it", () => {
    const world = lambdaWorld();
    world.define("f", `exports.handler = async () => { console.log("attempt"); throw new Error("x"); };`);
    const start = world.clock.now;
    expect(world.call("lambda", "Invoke", { FunctionName: "f", InvocationType: "Event", Payload: "{}" })).toMatchObject(
      { StatusCode: 202 },
    );
    world.runUntilQuiet();
    const attempts = world.events.all
      .filter((event) => event.kind === "lambda.Invocation")
      .map((event) => Math.round((event.at - start) / minute));
    expect(attempts).toEqual([0, 1, 3]);
    expect(world.events.all.at(-1)).toMatchObject({
      kind: "lambda.AsyncDropped",
      detail: { condition: "RetriesExhausted" },
    });
    const ids = new Set(
      world.events.all.filter((event) => event.kind === "lambda.Invocation").map((event) => event.detail.requestId),
    );
    expect(ids.size).toBe(1);
  });

  it("delivers an asynchronous event twice, late or never when a fault says so", () => {
    const world = lambdaWorld();
    world.define("f", `exports.handler = async () => 1;`);
    world.faults.intoDeliveries({ when: ({ kind }) => kind === "lambda.async", arrivals: [0, minute] });
    const input = { FunctionName: "f", InvocationType: "Event", Payload: "{}" };
    world.call("lambda", "Invoke", input);
    world.runUntilQuiet();
    expect(world.events.all.filter((event) => event.kind === "lambda.Invocation")).toHaveLength(2);
    world.faults.intoDeliveries({ arrivals: [] });
    world.call("lambda", "Invoke", input);
    world.runUntilQuiet();
    expect(world.events.all.filter((event) => event.kind === "lambda.Invocation")).toHaveLength(2);
  });

  it("writes START, the function's lines, END and REPORT to the log group", () => {
    const world = lambdaWorld();
    world.define("f", `exports.handler = async () => { console.warn("careful %d", 5); };`);
    world.invoke("f");
    const lines = world.collected.lines.map((line) => line.message.trim());
    expect(lines[0]).toMatch(/^START RequestId: .* Version: \$LATEST$/);
    expect(lines[1]).toMatch(/^\d{4}-.*Z\t[0-9a-f-]{36}\tWARN\tcareful 5$/);
    expect(lines[2]).toMatch(/^END RequestId/);
    expect(lines[3]).toMatch(/^REPORT RequestId: .*\tBilled Duration: \d+ ms/);
    expect(world.collected.lines[0]?.logGroup).toBe("/aws/lambda/f");
  });

  it.each([
    [{ timeout: 901 }, "Value '901' at 'timeout' failed to satisfy constraint: Member must be between 1 and 900"],
    [
      { memorySize: 64 },
      "Value '64' at 'memorySize' failed to satisfy constraint: Member must be between 128 and 10240",
    ],
    [
      { runtime: "python3.12" },
      "[runtime] of function f must be nodejs20.x, nodejs22.x or nodejs24.x in the simulator, got python3.12",
    ],
    [{ environment: { variables: { AWS_REGION: "x" } } }, /reserved keys .* AWS_REGION$/],
    [{ publish: true }, "[publish] must be false in the simulator, got true"],
    [{ code: "x.zip" }, '[code] must be an archive of files, got "x.zip"'],
  ])("refuses %j", (options, message) => {
    expect(() => lambdaWorld().define("f", "", options)).toThrow(message);
  });

  it("refuses payloads above its limits and a function that is not there", () => {
    const world = lambdaWorld();
    world.define("f", `exports.handler = async (event) => "x".repeat(event.length);`);
    expect(world.result("f", { length: 6 * 1024 * 1024 + 98 })).toHaveLength(6_291_554);
    expect(world.failure("f", { length: 6 * 1024 * 1024 + 99 })).toEqual({
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    });
    const large = JSON.stringify("x".repeat(1024 * 1024));
    expect(() =>
      world.call("lambda", "Invoke", { FunctionName: "f", InvocationType: "Event", Payload: large }),
    ).toThrow(/too large for the Event/);
    expect(() => world.invoke("nobody")).toThrow(
      "Function not found: arn:aws:lambda:eu-west-1:123456789012:function:nobody:$LATEST",
    );
  });

  it("serves a function URL, when its policy allows anonymous callers", () => {
    const world = lambdaWorld();
    world.define(
      "f",
      `exports.handler = async (event) => ({ statusCode: 202, headers: { "X-Path": event.rawPath }, body: event.body.toUpperCase() });`,
    );
    const url = world.lambda.resourceTypes["aws:lambda/functionUrl:FunctionUrl"]?.create(
      { functionName: "f", authorizationType: "NONE" },
      "u",
    );
    world.define(
      "g",
      `exports.handler = async (event) => { const r = await fetch(event.url + "charge", { method: "POST", body: "hi" }); return [r.status, r.headers.get("x-path"), await r.text()]; };`,
    );
    expect(world.result("g", { url: url?.state.functionUrl })).toEqual([202, "/charge", "HI"]);
  });
});
