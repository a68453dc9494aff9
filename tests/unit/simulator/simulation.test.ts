import { describe, expect, it } from "vitest";
import { AwsError, type JsonObject, Simulation, type SimulationOptions } from "../../../simulator";
import { archiveMark } from "../../../simulator/assets";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** A queue and a function that throws dice. */
function small(options: SimulationOptions = {}, source = "exports.handler = async () => Math.random();") {
  const simulation = new Simulation(options);
  const create = (type: string, name: string, inputs: JsonObject) => simulation.create({ type, name, inputs }).state;
  const queue = create("aws:sqs/queue:Queue", "orders", {});
  const role = create("aws:iam/role:Role", "role", { assumeRolePolicy: trust });
  const code = { [archiveMark]: { "index.js": Buffer.from(source).toString("base64") } };
  create("aws:lambda/function:Function", "dice", {
    name: "dice",
    role: role.arn,
    handler: "index.handler",
    runtime: "nodejs24.x",
    code,
  });
  return { simulation, create, url: String(queue.url) };
}

function play(seed: number): Simulation {
  const { simulation, url } = small({ seed });
  for (const MessageBody of ["one", "two"]) simulation.call("sqs", "SendMessage", { QueueUrl: url, MessageBody });
  simulation.call("lambda", "Invoke", { FunctionName: "dice", Payload: "{}" });
  simulation.runUntilQuiet();
  return simulation;
}

describe("Simulation", () => {
  it("starts on a Monday morning, in an account and region that a test can choose", () => {
    const simulation = new Simulation();
    expect(new Date(simulation.clock.now).toISOString()).toBe("2026-01-05T08:00:00.000Z");
    expect([simulation.accountId, simulation.region]).toEqual(["123456789012", "eu-central-1"]);
    const other = new Simulation({ start: 0, accountId: "210987654321", region: "us-east-1" });
    const { state } = other.create({ type: "aws:sqs/queue:Queue", name: "q", inputs: {} });
    expect(other.clock.now).toBe(0);
    expect(state.arn).toMatch(/^arn:aws:sqs:us-east-1:210987654321:q-[0-9a-f]{7}$/);
  });

  it("repeats a seed exactly, and differs for another", () => {
    expect(play(7).events.hash()).toBe(play(7).events.hash());
    expect(play(7).events.hash()).not.toBe(play(8).events.hash());
    expect(play(7).clock.now).toBe(play(7).clock.now);
  });

  it("gives a resource the same ids in every simulation of one account", () => {
    const state = (seed: number) => small({ seed }).create("aws:sqs/queue:Queue", "again", {});
    expect(state(1)).toEqual(state(2));
  });

  it("creates the resources of a program again, without its process", () => {
    const resources = [{ type: "aws:sqs/queue:Queue", name: "orders", inputs: { delaySeconds: 5 }, provider: "" }];
    const program = { resources, outputs: { url: "as evaluated" } };
    const simulations = [new Simulation({ seed: 1 }), new Simulation({ seed: 2 })];
    for (const simulation of simulations) expect(simulation.redeploy(program)).toBe(program);
    const arns = simulations.map((simulation) => simulation.call("sqs", "ListQueues").QueueUrls);
    expect(arns[0]).toEqual(arns[1]);
    expect(arns[0]).toHaveLength(1);
  });

  it("refuses types and arguments that it does not know, by name", () => {
    const { create } = small();
    expect(() => create("aws:ecs/cluster:Cluster", "c", {})).toThrow(
      /^the simulator does not have the resource type aws:ecs\/cluster:Cluster; it has aws:[^,]+(?:, [^,]+)+$/,
    );
    expect(() =>
      create("aws:sqs/queuePolicy:QueuePolicy", "p", { policy: "{}", polici: "{}", __defaults: [] }),
    ).toThrow(
      new Error(
        "the simulator does not know the argument polici of aws:sqs/queuePolicy:QueuePolicy; it knows policy, queueUrl",
      ),
    );
  });

  describe("call", () => {
    it("runs until the answer is there, and returns it", () => {
      const { simulation, url } = small();
      const before = simulation.clock.now;
      expect(simulation.call("sqs", "ReceiveMessage", { QueueUrl: url, WaitTimeSeconds: 10 })).toEqual({});
      expect(simulation.clock.now - before).toBeGreaterThanOrEqual(10_000);
    });

    it("throws the service's error", () => {
      const { simulation } = small();
      expect(() => simulation.call("sqs", "GetQueueUrl", { QueueName: "none" })).toThrow(AwsError);
      expect(() => simulation.call("sqs", "Sing")).toThrow(/^the simulator does not have sqs:Sing; it has /);
    });

    it("is refused to a role that may not", () => {
      const { simulation, url } = small();
      const principal = {
        kind: "role",
        roleArn: "arn:aws:iam::123456789012:role/none",
      } as const;
      expect(() => simulation.call("sqs", "SendMessage", { QueueUrl: url, MessageBody: "x" }, principal)).toThrow(
        AwsError,
      );
    });

    it("says so when no answer will ever come", () => {
      const { simulation, url } = small();
      simulation.faults.intoCalls({ fault: { kind: "crashAfter" } });
      expect(() => simulation.call("sqs", "SendMessage", { QueueUrl: url, MessageBody: "x" })).toThrow(
        new Error("sqs:SendMessage was never answered: nothing is left to happen"),
      );
    });
  });

  describe("time", () => {
    it("stands still but for the methods that run it", () => {
      const simulation = new Simulation();
      const seen: number[] = [];
      const start = simulation.clock.now;
      for (const seconds of [1, 2, 3]) simulation.clock.after(seconds * 1000, () => void seen.push(seconds));
      simulation.runFor(1500);
      expect([seen, simulation.clock.now - start]).toEqual([[1], 1500]);
      simulation.runUntil(start + 2000);
      expect([seen, simulation.clock.now - start]).toEqual([[1, 2], 2000]);
      simulation.runWhile(() => seen.length < 3);
      expect([seen, simulation.clock.now - start]).toEqual([[1, 2, 3], 3000]);
    });

    it("runs until no work is under way, and leaves schedules alone", () => {
      const simulation = new Simulation();
      let worked = false;
      simulation.clock.after(10_000, () => {
        worked = true;
      });
      simulation.clock.after(5000, () => undefined, { background: true });
      simulation.clock.after(20_000, () => undefined, { background: true });
      const start = simulation.clock.now;
      simulation.runUntilQuiet();
      expect([worked, simulation.clock.now - start]).toEqual([true, 10_000]);
    });

    it("says so when work does not end within the limit", () => {
      const simulation = new Simulation();
      const again = () => void simulation.clock.after(1000, again);
      again();
      expect(() => simulation.runUntilQuiet(60_000)).toThrow(
        new Error("work was still under way after 60000 ms of virtual time"),
      );
    });
  });

  it("names a function that does not yield", () => {
    const { simulation } = small({ watchdog: 200 }, "exports.handler = async () => { for (;;); };");
    expect(() => simulation.call("lambda", "Invoke", { FunctionName: "dice", Payload: "{}" })).toThrow(
      "function dice ran for more than 200 ms of real time without yielding: it loops, or computes for very long",
    );
  });

  it("lets what yields run for as long as it takes", () => {
    const simulation = new Simulation({ watchdog: 1000 });
    let left = 40;
    const compute = () => {
      const end = performance.now() + 40;
      while (performance.now() < end);
      left -= 1;
      if (left > 0) simulation.clock.after(1, compute);
    };
    compute();
    simulation.runUntilQuiet();
    expect(left).toBe(0);
  });
});
