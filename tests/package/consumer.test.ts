// What `npm pack` makes, installed into an empty Pulumi project: the library is there, and what it packages for Lambda runs.
import { fork } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EvaluatedProgram, type HttpRequest, Simulation } from "@respool/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageEntry } from "../../packaging/packageEntry";
import { type ProgramRun, resourceOf, runProgram } from "../support/runProgram";
import { compile, consumerProject } from "./consumerProject";

const repository = process.cwd();
let folder: string;
let project: string;
let run: ProgramRun;

beforeAll(async () => {
  ({ folder, project } = consumerProject());
  run = await runProgram("index.ts", { folder: project });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filesOf(name: string): Record<string, string> {
  return resourceOf(run, "aws:lambda/function:Function", name).inputs.code as Record<string, string>;
}

/** Calls the handler as Lambda would: the files in a folder of their own, the runtime's modules beside them. */
function invoke(name: string, event: object, environment: Record<string, string> = {}): Promise<unknown> {
  const { handler } = resourceOf(run, "aws:lambda/function:Function", name).inputs;
  const task = mkdtempSync(join(folder, "task-"));
  for (const [file, text] of Object.entries(filesOf(name))) {
    writeFileSync(join(task, file), text);
  }
  mkdirSync(join(task, "node_modules"));
  symlinkSync(join(repository, "node_modules", "@aws-sdk"), join(task, "node_modules", "@aws-sdk"));
  const [file, exported] = String(handler).split(".");
  writeFileSync(
    join(task, "bootstrap.cjs"),
    `process.once("message", async (event) => {
       try {
         process.send({ result: await require("./${file}.js").${exported}(event, { getRemainingTimeInMillis: () => 30_000 }) });
       } catch (error) {
         process.send({ error: error.name + ": " + error.message });
       }
       process.disconnect();
     });`,
  );
  const child = fork(join(task, "bootstrap.cjs"), {
    cwd: task,
    execArgv: [],
    env: { ...process.env, ...environment },
    silent: true,
  });
  child.send(event);
  return new Promise((done, failed) => {
    child.once("message", done);
    child.once("exit", (code) => failed(new Error(`the function ended with ${code} before it answered`)));
  });
}

describe("the installed package", () => {
  it("is what was packed, not the repository", () => {
    expect(existsSync(join(project, "node_modules", "respool", "dist", "components", "index.js"))).toBe(true);
    expect(existsSync(join(project, "node_modules", "respool", "components"))).toBe(false);
  });

  it("holds nothing but the library", () => {
    const installed = join(project, "node_modules", "respool");

    expect(readdirSync(installed).sort()).toEqual([
      "LICENSE",
      "README.md",
      "dist",
      "handlers",
      "package.json",
      "records",
    ]);
    expect(readdirSync(join(installed, "dist")).filter((name) => /simulator|demo|tests|bookshop/.test(name))).toEqual(
      [],
    );
    expect(existsSync(join(installed, "handlers", "bookshop"))).toBe(false);
  });

  it("has types that a strict compiler takes", () => {
    expect(compile(project, "--noEmit")).toBe("");
  });
});

describe("a program that imports it", () => {
  it("runs", () => {
    expect(run.errors).toEqual([]);
    expect(run.outputs.arn).toMatch(/^arn:aws:/);
  });

  it("packages the program's closure, which runs", async () => {
    const name = run.resources.find(
      ({ type, name }) => type === "aws:lambda/function:Function" && name.startsWith("greet"),
    );

    expect(Object.keys(filesOf(name?.name ?? ""))).toEqual(["__index.js"]);
    await expect(invoke(name?.name ?? "", { name: "Ada" })).resolves.toEqual({
      result: { greeting: "hello Ada", level: "INFO" },
    });
  });

  it("packages the library's handlers, the same bytes as in the repository", async () => {
    const archive = await packageEntry("reprocess").archive;
    const assets = (await (archive as { assets: Promise<Record<string, { text: Promise<string> }>> }).assets) ?? {};
    const own = await Promise.all(Object.entries(assets).map(async ([file, { text }]) => [file, await text]));

    expect(JSON.stringify(filesOf("reprocess")) === JSON.stringify(Object.fromEntries(own))).toBe(true);
  });

  it("packages handlers that run: without their configuration they say what is missing", async () => {
    const answer = await invoke("reprocess", {}, { RESPOOL_CONFIG: "", AWS_REGION: "eu-west-1" });

    expect(answer).toEqual({
      error: "Error: [RESPOOL_CONFIG] must be the function's configuration as JSON, got ",
    });
  });
});

describe("a program of every invocation type that imports it", () => {
  const orders = ["notified", "shipped", "indexed"];
  let program: EvaluatedProgram;
  beforeAll(async () => {
    program = await new Simulation().deploy({ directory: project, main: join(project, "everything.ts") });
  });

  /** The deployed program, and what its neighbour was asked. */
  function deployed(status: number) {
    const simulation = new Simulation();
    simulation.redeploy(program);
    const neighbour = { status, requests: [] as HttpRequest[] };
    simulation.internet.register("neighbour.example.com", (request, reply) => {
      neighbour.requests.push(request);
      reply({ status: neighbour.status });
    });
    return { simulation, neighbour };
  }

  const output = (name: string) => String(program.outputs[name]);
  const asked = (requests: readonly HttpRequest[]) => requests.map(({ url }) => url.pathname.slice(1)).sort();

  /** One piece of work for each component: an event, a message, a record. */
  function order(simulation: Simulation): void {
    const [event, message, item] = orders.map((order) => ({ order }));
    const invocation = { FunctionName: output("notifyFunction"), InvocationType: "Event" };
    simulation.call("lambda", "Invoke", { ...invocation, Payload: JSON.stringify(event) });
    const sent = { QueueUrl: output("shipQueueUrl"), MessageBody: JSON.stringify(message) };
    simulation.call("sqs", "SendMessage", sent);
    const Item = { order: { S: String(item?.order) } };
    simulation.call("dynamodb", "PutItem", { TableName: output("ordersTable"), Item });
  }

  it("answers, does its work, and tells its neighbours the work's id", () => {
    const { simulation, neighbour } = deployed(200);

    const answer = simulation.http({ url: `${output("apiUrl")}/orders/o-1` });
    order(simulation);
    simulation.runFor(60_000);

    expect([answer.status, JSON.parse(String(answer.body))]).toEqual([200, { told: "o-1" }]);
    expect(asked(neighbour.requests)).toEqual(["indexed", "notified", "o-1", "shipped"]);
    expect(new Set(neighbour.requests.map(({ headers }) => headers["idempotency-key"])).size).toBe(4);
  });

  it("parks what fails, and redrives each once", () => {
    const { simulation, neighbour } = deployed(503);

    const answer = simulation.http({ url: `${output("apiUrl")}/orders/o-1` });
    order(simulation);
    simulation.runFor(3_600_000);
    neighbour.status = 200;
    neighbour.requests.length = 0;
    const redrive = { FunctionName: output("reprocessFunction"), Payload: "{}" };
    const { Payload } = simulation.call<{ Payload: string }>("lambda", "Invoke", redrive);
    simulation.runFor(60_000);

    expect(answer.status).toBe(500);
    expect(JSON.parse(Payload)).toMatchObject({ success: 3, poisoned: 0, remaining: 0 });
    expect(asked(neighbour.requests)).toEqual([...orders].sort());
  });
});

describe("a program of commands that imports it", () => {
  it("sends by the package's own sendCommand, twice the same, and decides once", async () => {
    const program = await new Simulation().deploy({ directory: project, main: join(project, "commands.ts") });
    const simulation = new Simulation();
    simulation.redeploy(program);
    const send = () => {
      const Payload = JSON.stringify({ isbn: "978-3" });
      const FunctionName = String(program.outputs.adminFunction);
      return JSON.parse(simulation.call<{ Payload: string }>("lambda", "Invoke", { FunctionName, Payload }).Payload);
    };

    const first = send();
    simulation.runFor(60_000);
    const again = send();
    simulation.runFor(60_000);

    expect(again).toEqual(first);
    const TableName = String(program.outputs.commandsTable);
    const Key = { id: { S: `command#${first.id}` } };
    const { Item } = simulation.call<{ Item: Record<string, object> }>("dynamodb", "GetItem", { TableName, Key });
    expect(Item).toMatchObject({ state: { S: "succeeded" }, attempts: { N: "1" } });
  });
});
