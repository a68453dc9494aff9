// What becomes of errors and rejections that nobody handles: as in Node, whose rules the runtime nodejs24.x leaves alone.
import { describe, expect, it } from "vitest";
import { lambdaWorld } from "../services/lambda/lambdaWorld";

const died = {
  errorType: "Runtime.ExitError",
  errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 1$/),
};

function define(body: string) {
  const world = lambdaWorld();
  world.define("f", `exports.handler = async (event) => { ${body} };`);
  const log = () => world.collected.lines.map((line) => line.message).join("");
  return { world, log };
}

describe("a rejection that nobody handles", () => {
  it.each([
    ["of an async function", `(async () => { throw new Error("lost"); })(); return 1;`],
    ["after an await", `(async () => { await 0; throw new Error("lost"); })(); return 1;`],
    ["after a timer", `(async () => { await wait(5); throw new Error("lost"); })(); await wait(10); return 1;`],
    ["that is handled too late", `const p = Promise.reject(new Error("lost")); await wait(1); await p.catch(() => 1);`],
    ["at the end of a chain", `Promise.reject(new Error("lost")).finally(() => 1).then(() => 2); return 1;`],
    ["of Promise.all", `Promise.all([1, Promise.reject(new Error("lost"))]); return 1;`],
    [
      "of the second of two in a loop",
      `for await (const x of [wait(5), Promise.reject(new Error("lost"))]); return 1;`,
    ],
    ["of a forgotten fetch", `fetch("https://lost.example/"); await wait(1000); return 1;`],
  ])("ends the process: %s", (_name, body) => {
    const { world, log } = define(
      `const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)); try { ${body} } catch {}`,
    );
    expect(world.failure("f")).toMatchObject(died);
    expect(log()).toMatch(/Error: .*lost[\s\S]*\n\nNode\.js v24\.0\.0\n/);
    expect(world.events.all.filter((event) => event.kind === "lambda.Invocation")).toHaveLength(1);
  });

  it.each([
    ["await in try", `await (async () => { throw new Error("x"); })();`],
    ["await before the next timer", `const p = Promise.reject(new Error("x")); await 0; await p;`],
    ["then with two functions", `Promise.reject(new Error("x")).then(() => 1, () => 2);`],
    [
      "all, race, any, allSettled",
      `const p = () => Promise.reject(new Error("x")); for (const how of ["all", "race", "any", "allSettled"]) await Promise[how]([p()]).catch(() => 1);`,
    ],
    ["a promise that takes it on", `await new Promise((resolve) => resolve(Promise.reject(new Error("x"))));`],
    ["a returned promise", `await (async () => Promise.reject(new Error("x")))();`],
    [
      "generators",
      `async function* g() { yield* (async function* () { yield Promise.reject(new Error("x")); })(); } for await (const x of g());`,
    ],
    ["for await over an array", `for await (const x of [Promise.reject(new Error("x"))]);`],
    ["Array.fromAsync", `await Array.fromAsync([Promise.reject(new Error("x"))]);`],
    ["a thenable", `await { then(resolve, reject) { reject(new Error("x")); } };`],
    ["a subclass of Promise", `class Own extends Promise {} await Own.reject(new Error("x"));`],
    [
      "the loser of a race",
      `const late = (ms) => new Promise((_, reject) => setTimeout(() => reject(new Error("x")), ms)); await Promise.race([late(1), late(2)]).catch(() => 1); await new Promise((r) => setTimeout(r, 9));`,
    ],
  ])("is not one that somebody handles by %s", (_name, body) => {
    expect(define(`try { ${body} } catch {} return 1;`).world.result("f")).toBe(1);
  });

  it("ends the process although the handler has returned, because the runtime answers a turn later", () => {
    const { world } = define(`Promise.reject(new Error("lost")); return "done";`);
    expect(world.failure("f")).toMatchObject(died);
  });

  it("starts cold afterwards", () => {
    const { world } = define(`globalThis.runs = (globalThis.runs ?? 0) + 1;
      if (event.fail) Promise.reject(new Error("lost")); return globalThis.runs;`);
    expect([world.result("f"), world.result("f")]).toEqual([1, 2]);
    world.failure("f", { fail: true });
    expect(world.result("f")).toBe(1);
  });

  it("tells a reason that is no error", () => {
    const { world, log } = define(`Promise.reject("text"); return 1;`);
    expect(world.failure("f")).toMatchObject(died);
    expect(log()).toContain(`The promise rejected with the reason "text".`);
  });

  it("goes to the listeners of the process instead", () => {
    const { world } = define(`const seen = [];
      process.on("unhandledRejection", (reason, promise) => seen.push(reason.message, promise instanceof Promise));
      Promise.reject(new Error("one"));
      await new Promise((resolve) => setTimeout(resolve, 1));
      return seen;`);
    expect(world.result("f")).toEqual(["one", true]);
  });
});

describe("an exception that nobody catches", () => {
  it.each([
    ["a timer", `setTimeout(() => { throw new Error("lost"); }, 1);`],
    ["an immediate", `setImmediate(() => { throw new Error("lost"); });`],
    ["a tick", `process.nextTick(() => { throw new Error("lost"); });`],
    ["a microtask", `queueMicrotask(() => { throw new Error("lost"); });`],
    [
      "an error event without a listener",
      `const E = require("events"); setTimeout(() => new E().emit("error", new Error("lost")), 1);`,
    ],
    ["a request without a listener for errors", `require("https").get("https://lost.example/");`],
    ["a stream", `const { Readable } = require("stream"); new Readable({ read() {} }).destroy(new Error("lost"));`],
  ])("ends the process: in %s", (_name, body) => {
    const { world, log } = define(`${body} await new Promise((resolve) => setTimeout(resolve, 1000)); return 1;`);
    expect(world.failure("f")).toMatchObject(died);
    expect(log()).toMatch(/Error: .*lost/);
    expect(log()).not.toContain("Unhandled error");
  });

  it("goes to the listeners of the process instead, and the rest goes on", () => {
    const { world } = define(`const seen = [];
      process.on("uncaughtException", (error, origin) => seen.push(error.message, origin));
      setTimeout(() => { throw new Error("timer"); }, 1);
      process.nextTick(() => { throw new Error("tick"); });
      await new Promise((resolve) => setTimeout(resolve, 5));
      Promise.reject(new Error("rejection"));
      await new Promise((resolve) => setTimeout(resolve, 5));
      return seen;`);
    const exception = "uncaughtException";
    expect(world.result("f")).toEqual(["tick", exception, "timer", exception, "rejection", "unhandledRejection"]);
  });
});

describe("process.exit", () => {
  it("ends all: nothing that comes after it has an effect", () => {
    const { world, log } = define(`process.on("exit", (code) => console.log("exit " + code));
      try { process.exit(4); } catch {}
      console.log("after");
      await fetch("https://x.example/");`);
    world.internet.register("x.example", () => {
      throw new Error("called after the exit");
    });
    expect(world.failure("f").errorMessage).toMatch(/exit status 4$/);
    expect(log()).toContain("exit 4");
    expect(log()).not.toContain("after");
  });

  it("takes the exit code of the process, and leaves no rejection to the host", () => {
    const { world } =
      define(`setTimeout(() => { Promise.reject(new Error("x")); process.exitCode = 7; process.exit(); }, 1);
      (async () => { await new Promise((resolve) => setTimeout(resolve, 1)); throw new Error("y"); })();
      await new Promise((resolve) => setTimeout(resolve, 100));`);
    expect(world.failure("f").errorMessage).toMatch(/exit status 7$/);
  });
});
