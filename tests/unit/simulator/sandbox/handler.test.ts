// How a function's handler is found, and what its invocation gets and gives.
import { describe, expect, it } from "vitest";
import { archiveMark } from "../../../../simulator/assets";
import { lambdaWorld } from "../services/lambda/lambdaWorld";

function asset(files: Readonly<Record<string, string>>, handler: string, more: object = {}) {
  const world = lambdaWorld();
  const encoded = Object.entries(files).map(([name, text]) => [name, Buffer.from(text).toString("base64")]);
  world.define("f", "", { code: { [archiveMark]: Object.fromEntries(encoded) }, handler, ...more });
  return world;
}

const one = `exports.handler = async () => 1;`;

describe("the handler's module", () => {
  it.each([
    [{ "index.js": one }, "index.handler"],
    [{ "index.cjs": one }, "index.handler"],
    [{ "src/app.js": `exports.handlers = { main: async () => 1 };` }, "src/app.handlers.main"],
    [{ "index.js": `exports.default = { handler: async () => 1 };` }, "index.handler"],
    [{ "index.js": `exports.handler = () => 1;` }, "index.handler"],
    [{ "index.js": `module.exports = require("./lib");`, "lib/index.js": one }, "index.handler"],
  ])("is found: %j as %s", (files, handler) => {
    expect(asset(files, handler).result("f")).toBe(1);
  });

  it.each([
    [{ "index.js": one }, "../index.handler", "Runtime.MalformedHandlerName", /^'\.\.\/index\.handler' is not a valid/],
    [{ "index.js": one }, "index", "Runtime.MalformedHandlerName", /^Bad handler$/],
    [{ "index.js": one }, "index.other", "Runtime.HandlerNotFound", /^index\.other is undefined or not exported$/],
    [
      { "index.js": `exports.handler = 5;` },
      "index.handler",
      "Runtime.HandlerNotFound",
      /^index\.handler is not a function$/,
    ],
    [{ "index.js": one }, "main.handler", "Runtime.ImportModuleError", /^Error: Cannot find module 'main'/],
    [
      { "index.js": `require("left-pad");` },
      "index.handler",
      "Runtime.ImportModuleError",
      /^Error: Cannot find module 'left-pad'\nRequire stack:\n- \/var\/task\/index\.js$/,
    ],
    [{ "index.js": `const =` }, "index.handler", "Runtime.UserCodeSyntaxError", /^SyntaxError: Unexpected token/],
    [{ "index.js": `throw new RangeError("at start");` }, "index.handler", "RangeError", /^at start$/],
    [
      { "index.js": `exports.handler = (event, context, callback) => callback(null, 1);` },
      "index.handler",
      "Runtime.CallbackHandlerDeprecated",
      /^ERROR: AWS Lambda has removed support for callback-based function handlers/,
    ],
    [
      { "index.mjs": `export const handler = async () => 1;` },
      "index.handler",
      "SimulatorUnsupportedModule",
      /^the simulator runs CommonJS, and this is an ES module: .*index\.mjs$/,
    ],
    [
      { "index.js": `export const handler = async () => 1;` },
      "index.handler",
      "SimulatorUnsupportedModule",
      /^the simulator runs CommonJS, and this is an ES module: Unexpected token 'export'$/,
    ],
    [
      { "index.js": `import { x } from "y";` },
      "index.handler",
      "SimulatorUnsupportedModule",
      /^the simulator runs CommonJS, and this is an ES module: Cannot use import statement/,
    ],
  ])("is refused as the runtime refuses it: %j as %s", (files, handler, errorType, errorMessage) => {
    const failure = asset(files, handler).failure("f");
    expect(failure.errorType).toBe(errorType);
    expect(failure.errorMessage).toMatch(errorMessage);
  });

  it("says that handlers with a callback, which nodejs22.x still has, are not simulated", () => {
    const source = { "index.js": `exports.handler = (event, context, callback) => callback(null, 1);` };
    expect(asset(source, "index.handler", { runtime: "nodejs22.x" }).failure("f")).toMatchObject({
      errorType: "SimulatorUnsupportedHandler",
      errorMessage: "the simulator calls no handler with a callback, and index.handler takes one",
    });
  });

  it("can ask where a module is", () => {
    const source = `const paths = ["./lib", "fs", "@aws-sdk/client-sqs"].map(require.resolve); exports.handler = async () => paths;`;
    expect(asset({ "index.js": source, "lib.js": "" }, "index.handler").result("f")).toEqual([
      "/var/task/lib.js",
      "fs",
      "/var/runtime/node_modules/@aws-sdk/client-sqs/index.js",
    ]);
  });
});

describe("an invocation", () => {
  const run = (body: string) =>
    asset({ "index.js": `exports.handler = async (event, context) => { ${body} };` }, "index.handler");

  it("has the context of the runtime nodejs24.x", () => {
    const context = run(
      `return { ...context, left: context.getRemainingTimeInMillis(), version: process.version };`,
    ).result("f");
    expect(context).toMatchObject({
      functionName: "f",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:f",
      memoryLimitInMB: "128",
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      logGroupName: "/aws/lambda/f",
      left: 60_000,
      version: "v24.0.0",
    });
    expect(context).not.toHaveProperty("callbackWaitsForEmptyEventLoop");
  });

  it.each([
    [`return undefined;`, "null"],
    [`return () => 1;`, "null"],
    [`return new Date(0);`, '"1970-01-01T00:00:00.000Z"'],
    [`return "text";`, '"text"'],
  ])("answers JSON: %s", (body, payload) => {
    expect(run(body).invoke("f").Payload).toBe(payload);
  });

  it.each([
    [`return 1n;`, { errorType: "Runtime.JSONStringifyError", errorMessage: "Unable to stringify response body" }],
    [`throw "text";`, { errorType: "string", errorMessage: "text" }],
    [`throw undefined;`, { errorType: "undefined", errorMessage: "undefined" }],
    [`throw Object.assign(new Error("m"), { name: "Own" });`, { errorType: "Own", errorMessage: "m" }],
    [`throw Object.defineProperty(new Error("m"), "message", { get() { throw 1; } });`, { errorType: "handled" }],
  ])("reports an error as the runtime does: %s", (body, failure) => {
    expect(run(body).failure("f")).toMatchObject(failure);
  });

  it("logs an error with its own fields", () => {
    const world = run(`throw Object.assign(new TypeError("m"), { code: "E_OWN", detail: { of: 1 } });`);
    world.failure("f");
    const line = world.collected.lines.map(({ message }) => message).find((text) => text.includes("Invoke Error"));
    expect(JSON.parse(line?.split("Invoke Error \t")[1] ?? "")).toMatchObject({
      errorType: "TypeError",
      errorMessage: "m",
      code: "E_OWN",
      detail: { of: 1 },
      stack: expect.arrayContaining(["TypeError: m"]),
    });
  });

  it("formats dates in virtual time", () => {
    const world = lambdaWorld({ start: Date.UTC(2031, 1, 3) });
    world.define(
      "f",
      `exports.handler = async () => {
        const format = new Intl.DateTimeFormat("en-US", { timeZone: "UTC", year: "numeric" });
        return [format.format(), format.formatToParts()[0].value, new Date().toLocaleDateString("en-US"), Date().slice(11, 15)];
      };`,
    );
    expect(world.result("f")).toEqual(["2031", "2031", "2/3/2031", "2031"]);
  });

  it.each([
    [`Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);`, "Atomics.wait"],
    [`new WebSocket("wss://x.example/");`, "globalThis.WebSocket"],
    [`new CompressionStream("gzip");`, "globalThis.CompressionStream"],
    [`new ReadableStream({});`, "stream/web.ReadableStream"],
    [`require("util").aborted(AbortSignal.abort(), {});`, "util.aborted"],
    [`process.kill(1);`, "process.kill"],
  ])("names what would leave virtual time: %s", (body, name) => {
    expect(run(body).failure("f").errorMessage).toBe(`${name} is not available in a simulated function`);
  });
});
