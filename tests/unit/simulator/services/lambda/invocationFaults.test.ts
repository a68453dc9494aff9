// Faults that a test injects into the invocations of functions.
import { describe, expect, it } from "vitest";
import { lambdaAccount } from "./lambdaAccount";
import { lambdaWorld } from "./lambdaWorld";

const counting = `let calls = 0; exports.handler = async () => {
  console.log("called");
  await new Promise((done) => setTimeout(done, 1000));
  return ++calls;
};`;

describe("A fault of an invocation", () => {
  it("lets memory run out before the handler is called, as often as it says", () => {
    const world = lambdaWorld();
    world.define("f", counting);
    world.define("g", counting);
    const when = ({ functionName }: { functionName: string }) => functionName === "f";
    world.faults.intoInvocations({ when, fault: { kind: "outOfMemory" }, times: 2 });
    expect(world.result("g")).toBe(1);
    const before = world.collected.lines.length;
    for (let turn = 0; turn < 2; turn += 1) {
      expect(world.failure("f")).toEqual({
        errorType: "Runtime.OutOfMemory",
        errorMessage: expect.stringMatching(
          /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: killed$/,
        ),
      });
    }
    const lines = world.collected.lines.slice(before).map(({ message }) => message);
    expect(lines.join("")).not.toContain("called");
    expect(lines.join("")).toContain("Status: error\tError Type: Runtime.OutOfMemory");
    expect(world.result("f")).toBe(1);
  });

  it("ends the environment while the handler runs, and spares one that has returned", () => {
    const world = lambdaWorld();
    world.define("f", counting);
    world.faults.intoInvocations({ fault: { kind: "crash", after: 999 } });
    expect(world.failure("f")).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/),
    });
    expect(world.collected.lines.map(({ message }) => message).join("")).toContain("called");
    world.faults.intoInvocations({ fault: { kind: "crash", after: 2000 } });
    expect([world.result("f"), world.result("f"), world.result("f")]).toEqual([1, 2, 3]);
  });

  it("throttles, synchronously and asynchronously", () => {
    const account = lambdaAccount();
    account.define("f", counting);
    account.faults.intoInvocations({ fault: { kind: "throttle" }, times: 3 });
    expect(() => account.call("lambda", "Invoke", { FunctionName: "f", Payload: "{}" })).toThrow("Rate Exceeded.");
    account.invokeLater("f");
    account.runUntilQuiet();
    expect(account.metric("Throttles", "f")).toBe(3);
    expect(account.metric("Invocations", "f")).toBe(1);
    expect(account.metric("ConcurrentExecutions", "f")).toBe(1);
  });
});
