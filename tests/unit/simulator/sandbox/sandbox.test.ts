import { describe, expect, it } from "vitest";
import { watched } from "../../../../simulator/sandbox/watchdog";
import { lambdaWorld } from "../services/lambda/lambdaWorld";

const start = Date.UTC(2026, 0, 1);

function evaluate(body: string, event: unknown = {}) {
  const world = lambdaWorld({ start });
  world.define("f", `exports.handler = async (event, context) => { ${body} };`);
  return { world, value: world.result("f", event) };
}

describe("Sandbox", () => {
  it("lives in virtual time: Date, performance, hrtime, timers, timers/promises", () => {
    const { world, value } = evaluate(`
      const { setTimeout: wait } = require("node:timers/promises");
      const before = { date: Date.now(), high: process.hrtime(), performance: performance.now() };
      await new Promise((resolve) => setTimeout(resolve, 10_000));
      await wait(5000);
      return {
        waited: Date.now() - before.date,
        high: process.hrtime(before.high)[0],
        performance: performance.now() - before.performance,
        isDate: new Date() instanceof Date,
        text: new Date(0).toISOString(),
        year: new Date().getUTCFullYear(),
      };`);
    expect(value).toEqual({
      waited: 15000,
      high: 15,
      performance: 15000,
      isDate: true,
      text: "1970-01-01T00:00:00.000Z",
      year: 2026,
    });
    expect(world.clock.now - start).toBeGreaterThanOrEqual(15000);
  });

  it("orders ticks, microtasks and timers as Node does", () => {
    const { value } = evaluate(`
      const seen = [];
      await new Promise((resolve) => {
        setTimeout(() => { seen.push("timer"); resolve(); }, 1);
        setImmediate(() => seen.push("immediate"));
        Promise.resolve().then(() => seen.push("microtask"));
        process.nextTick(() => seen.push("tick"));
        queueMicrotask(() => seen.push("queued"));
      });
      return seen;`);
    expect(value).toEqual(["microtask", "queued", "tick", "immediate", "timer"]);
  });

  it("draws randomness from the seed", () => {
    const body = `const { randomBytes, randomInt } = require("crypto");
      return [Math.random(), crypto.randomUUID(), randomBytes(4).toString("hex"), randomInt(100),
        Array.from(crypto.getRandomValues(new Uint8Array(3)))];`;
    expect(evaluate(body).value).toEqual(evaluate(body).value);
    const [number, id] = evaluate(body).value as [number, string];
    expect(number).toBeGreaterThanOrEqual(0);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("runs the real AWS SDK against the simulation", () => {
    const { world, value } = evaluate(`
      const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
      const url = "https://sqs.eu-west-1.amazonaws.com/123456789012/q";
      const answer = await new SQSClient({}).send(new SendMessageCommand({ QueueUrl: url, MessageBody: "hello" }));
      return answer.MessageId;`);
    expect(value).toBe("1");
    expect(world.sent).toEqual(["hello"]);
  });

  it("reaches registered hosts by fetch and by https, and no other", () => {
    const world = lambdaWorld();
    world.internet.register("pay.example", (request, reply) =>
      reply({ status: 201, headers: { "x-method": request.method }, body: request.body }),
    );
    world.define(
      "f",
      `const https = require("node:https");
      exports.handler = async () => {
        const fetched = await fetch("https://pay.example/a", { method: "POST", body: "one" });
        const asked = await new Promise((resolve, reject) => {
          const request = https.request("https://pay.example/b", { method: "PUT" }, (response) => {
            let text = "";
            response.on("data", (chunk) => (text += chunk));
            response.on("end", () => resolve([response.statusCode, response.headers["x-method"], text]));
          });
          request.on("error", reject);
          request.end("two");
        });
        const refused = await fetch("https://other.example/").catch((error) => [error instanceof TypeError, error.cause.code]);
        return { fetched: [fetched.status, fetched.headers.get("x-method"), await fetched.text()], asked, refused };
      };`,
    );
    expect(world.result("f")).toEqual({
      fetched: [201, "POST", "one"],
      asked: [201, "PUT", "two"],
      refused: [true, "ENOTFOUND"],
    });
  });

  it("aborts a request whose signal times out", () => {
    const world = lambdaWorld();
    world.internet.register("slow.example", () => undefined);
    world.define("f", `exports.handler = () => fetch("https://slow.example/", { signal: AbortSignal.timeout(2000) });`);
    expect(world.failure("f").errorType).toBe("TimeoutError");
  });

  it("lets errors of Node's modules be errors", () => {
    const { value } = evaluate(`
      try { Buffer.from(5); } catch (error) {
        class Own extends TypeError {}
        return [error instanceof Error, error instanceof TypeError, error instanceof RangeError, error instanceof Own];
      }`);
    expect(value).toEqual([true, true, false, false]);
  });

  it.each([
    [`require("node:net").connect(80)`, "net.connect"],
    [`require("child_process").execSync("ls")`, "child_process.execSync"],
    [`require("http2").connect("https://x.example")`, "http2.connect"],
    [`crypto.subtle.digest("SHA-256", new Uint8Array())`, "crypto.subtle.digest"],
    [`require("dns").promises.lookup("x.example")`, "dns.promises.lookup"],
  ])("names module and function of what it does not have: %s", (expression, name) => {
    const world = lambdaWorld();
    world.define("f", `exports.handler = async () => { ${expression}; };`);
    expect(world.failure("f").errorMessage).toBe(`${name} is not available in a simulated function`);
  });

  it("has files of its own only: the asset, read-only, and /tmp", () => {
    const { value } = evaluate(`
      const fs = require("fs");
      const codes = [];
      for (const path of ["/etc/passwd", "/home/somebody/.aws/config"]) {
        try { fs.readFileSync(path); } catch (error) { codes.push(error.code); }
      }
      try { fs.writeFileSync("/var/task/x", "1"); } catch (error) { codes.push(error.code); }
      await fs.promises.writeFile("/tmp/x", "text");
      return [codes, fs.readFileSync("/tmp/x", "utf8"), fs.readFileSync("/var/task/index.js", "utf8").startsWith("exports.handler")];`);
    expect(value).toEqual([["ENOENT", "ENOENT", "EROFS"], "text", true]);
  });

  it("logs what a Console of the function's own writes, as it is", () => {
    const world = lambdaWorld();
    world.define(
      "f",
      `const { Console } = require("node:console");
       const own = new Console({ stdout: process.stdout, stderr: process.stderr });
       exports.handler = async () => {
         own.log("one");
         own.error("two");
         return new Promise((resolve) => process.stdout.write("three\\n", (error) => resolve(error)));
       };`,
    );

    expect(world.result("f")).toBeNull();
    const lines = world.collected.lines.map(({ message }) => message);
    expect(lines.filter((line) => /^(one|two|three)\n$/.test(line))).toEqual(["one\n", "two\n", "three\n"]);
  });

  it("keeps contexts apart, and shows no frame of the simulator in a stack", () => {
    const world = lambdaWorld();
    world.define("a", `exports.handler = async () => { globalThis.shared = 1; throw new Error("x"); };`);
    world.define("b", `exports.handler = async () => typeof globalThis.shared;`);
    expect(
      world
        .failure("a")
        .trace?.slice(1)
        .every((line) => /\/var\/task\/|node:/.test(line)),
    ).toBe(true);
    expect(world.result("b")).toBe("undefined");
  });

  it("names a function that loops without yielding", () => {
    const world = lambdaWorld();
    world.define("spin", `exports.handler = async () => { await 0; for (;;); };`);
    expect(() => watched(200, () => world.invoke("spin"))).toThrow(
      "function spin ran for more than 200 ms of real time without yielding: it loops, or computes for very long",
    );
  });
});
