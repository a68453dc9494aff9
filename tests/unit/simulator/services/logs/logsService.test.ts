// Log groups: who may write, what stays for how long, and reading it.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { CloudWatchService } from "../../../../../simulator/services/cloudWatch/cloudWatchService";
import { LogsService } from "../../../../../simulator/services/logs/logsService";
import { testWorld } from "../../../../support/simulatorWorld";

const group = "/aws/lambda/charge";

function parts() {
  const world = testWorld();
  const logs = new LogsService(world);
  const cloudWatch = new CloudWatchService(world);
  world.replace({ logs });
  world.gateway.add(logs);
  const create = (inputs: JsonObject) =>
    logs.resourceTypes["aws:cloudwatch/logGroup:LogGroup"]?.create(inputs, "charge-1234567");
  return { world, logs, cloudWatch, create };
}

describe("aws:cloudwatch/logGroup:LogGroup", () => {
  it("gives the provider's properties", () => {
    const { create } = parts();
    expect(create({ name: group, retentionInDays: 14, skipDestroy: true, tags: { a: "b" } })).toEqual({
      id: group,
      state: {
        name: group,
        arn: `arn:aws:logs:eu-west-1:123456789012:log-group:${group}`,
        retentionInDays: 14,
        logGroupClass: "STANDARD",
        skipDestroy: true,
        tags: { a: "b" },
        tagsAll: { a: "b" },
      },
    });
  });

  it("is refused with a retention, a class or a name that AWS does not have, and twice", () => {
    const { create } = parts();
    expect(() => create({ retentionInDays: 2 })).toThrow(
      "[retentionInDays] must be one of 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, got 2",
    );
    expect(() => create({ logGroupClass: "DELIVERY" })).toThrow(
      '[logGroupClass] must be one of STANDARD, INFREQUENT_ACCESS, got "DELIVERY"',
    );
    expect(() => create({ name: "a b" })).toThrow(
      "[name] must be 1 to 512 letters, digits, '_', '-', '/', '.' and '#', got \"a b\"",
    );
    create({});
    expect(() => create({})).toThrow("The specified log group already exists");
  });
});

describe("writing", () => {
  it("keeps lines in a group that exists and loses them otherwise", () => {
    const { world, logs, create } = parts();
    create({ name: group });
    world.logs.write(group, "stream", "kept");
    world.logs.write("/aws/lambda/other", "stream", "lost");
    expect(logs.lines(group)).toMatchObject([{ logStream: "stream", message: "kept", timestamp: world.clock.now }]);
    expect(logs.lines("/aws/lambda/other")).toEqual([]);
    expect(logs.all.map(({ name }) => name)).toEqual([group]);
  });

  it("hands embedded metrics on, and says when one is wrong", () => {
    const { world, create } = parts();
    create({ name: group });
    const directive = { Namespace: "Respool", Dimensions: [[]], Metrics: [{ Name: "Redriven" }, { Name: "Missing" }] };
    world.logs.write(group, "s", JSON.stringify({ _aws: { CloudWatchMetrics: [directive] }, Redriven: 3 }));
    expect(world.collected.data).toEqual([
      { namespace: "Respool", name: "Redriven", dimensions: {}, values: [3], unit: "None" },
    ]);
    expect(world.events.all).toMatchObject([
      {
        kind: "logs.EmbeddedMetricRefused",
        detail: { logGroup: group, problem: "the metric Missing must be a number or 1 to 100 numbers in the line" },
      },
    ]);
  });

  it("by the API needs the group and the stream", () => {
    const { world, logs } = parts();
    const input = { logGroupName: group, logStreamName: "s" };
    const put = { ...input, logEvents: [{ timestamp: 0, message: "m" }] };
    const failure = (action: string, given: JsonObject) => {
      const outcome = world.outcome("logs", action, given);
      return outcome.ok ? "ok" : `${outcome.error.code}: ${outcome.error.message}`;
    };
    expect(failure("CreateLogStream", input)).toBe(
      "ResourceNotFoundException: The specified log group does not exist.",
    );
    expect(failure("CreateLogGroup", input)).toBe("ok");
    expect(failure("CreateLogGroup", input)).toBe(
      "ResourceAlreadyExistsException: The specified log group already exists",
    );
    expect(failure("PutLogEvents", put)).toBe("ResourceNotFoundException: The specified log stream does not exist.");
    expect(failure("CreateLogStream", input)).toBe("ok");
    expect(failure("CreateLogStream", input)).toBe(
      "ResourceAlreadyExistsException: The specified log stream already exists",
    );
    expect(failure("PutLogEvents", put)).toBe("ok");
    expect(logs.lines(group)).toMatchObject([{ message: "m" }]);
  });
});

describe("retention", () => {
  it("takes lines that are older than its days, and none when it is 0", () => {
    const { world, logs, create } = parts();
    create({ name: group, retentionInDays: 1 });
    create({ name: "for-ever" });
    for (const name of [group, "for-ever"]) world.logs.write(name, "s", "old");
    world.run(86_400_000);
    world.logs.write(group, "s", "new");
    expect(logs.lines(group).map(({ message }) => message)).toEqual(["old", "new"]);
    world.run(1);
    expect(logs.lines(group).map(({ message }) => message)).toEqual(["new"]);
    world.run(4000 * 86_400_000);
    expect(logs.lines("for-ever")).toHaveLength(1);
  });
});

describe("reading", () => {
  function written() {
    const { world, create } = parts();
    create({ name: group, retentionInDays: 7 });
    const start = world.clock.now;
    for (const [stream, message] of [
      ["a", "ERROR one"],
      ["b", "INFO two"],
      ["a", "ERROR three"],
    ] as const) {
      world.logs.write(group, stream, message);
      world.run(1000);
    }
    const messages = (action: string, input: JsonObject) =>
      world
        .call<{ events: { message: string }[] }>("logs", action, { logGroupName: group, ...input })
        .events.map(({ message }) => message);
    return { world, start, messages };
  }

  it("finds events by pattern, stream and time, in pages", () => {
    const { world, start, messages } = written();
    expect(messages("FilterLogEvents", { filterPattern: "ERROR" })).toEqual(["ERROR one", "ERROR three"]);
    expect(messages("FilterLogEvents", { logStreamNames: ["b"] })).toEqual(["INFO two"]);
    expect(messages("FilterLogEvents", { logStreamNamePrefix: "a" })).toHaveLength(2);
    expect(messages("FilterLogEvents", { startTime: start + 1000, endTime: start + 2000 })).toEqual(["INFO two"]);
    const first = world.call<{ nextToken: string }>("logs", "FilterLogEvents", { logGroupName: group, limit: 2 });
    expect(messages("FilterLogEvents", { limit: 2, nextToken: first.nextToken })).toEqual(["ERROR three"]);
    const logGroupIdentifier = `arn:aws:logs:eu-west-1:123456789012:log-group:${group}`;
    expect(messages("FilterLogEvents", { logGroupName: undefined, logGroupIdentifier })).toHaveLength(3);
  });

  it("reads one stream from its end or its head", () => {
    const { world, messages } = written();
    expect(messages("GetLogEvents", { logStreamName: "a", limit: 1 })).toEqual(["ERROR three"]);
    expect(messages("GetLogEvents", { logStreamName: "a", limit: 1, startFromHead: true })).toEqual(["ERROR one"]);
    const missing = world.outcome("logs", "GetLogEvents", { logGroupName: group, logStreamName: "c" });
    expect(missing).toMatchObject({ error: { message: "The specified log stream does not exist." } });
  });

  it("describes groups", () => {
    const { world, start } = written();
    const arn = `arn:aws:logs:eu-west-1:123456789012:log-group:${group}`;
    expect(world.call("logs", "DescribeLogGroups", { logGroupNamePrefix: "/aws" })).toEqual({
      logGroups: [
        {
          logGroupName: group,
          creationTime: start,
          retentionInDays: 7,
          arn: `${arn}:*`,
          logGroupArn: arn,
          logGroupClass: "STANDARD",
        },
      ],
    });
    expect(world.call("logs", "DescribeLogGroups", { logGroupNamePrefix: "x" })).toEqual({ logGroups: [] });
  });
});
