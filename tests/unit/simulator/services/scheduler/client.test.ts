// The real client of EventBridge Scheduler talks to a simulation over loopback.
import {
  ConflictException,
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
  ValidationException,
} from "@aws-sdk/client-scheduler";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Listener, listen, Simulation } from "../../../../../simulator";

let simulation: Simulation;
let listener: Listener;
let client: SchedulerClient;
let roleArn: string;
let queueArn: string;

const create = (type: string, name: string, inputs: object) =>
  simulation.create({ type, name, inputs: inputs as Record<string, string> }).state;
const trust = (Service: string) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }] });

beforeEach(async () => {
  simulation = new Simulation();
  listener = await listen(simulation);
  const credentials = { accessKeyId: "AKIA", secretAccessKey: "secret" };
  client = new SchedulerClient({ region: "eu-central-1", endpoint: listener.url, credentials, maxAttempts: 1 });
  queueArn = String(create("aws:sqs/queue:Queue", "work", { name: "work" }).arn);
  const role = create("aws:iam/role:Role", "role", {
    name: "role",
    assumeRolePolicy: trust("scheduler.amazonaws.com"),
  });
  roleArn = String(role.arn);
  const policy = { Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: queueArn }] };
  create("aws:iam/rolePolicy:RolePolicy", "policy", { role: role.name, policy: JSON.stringify(policy) });
});

afterEach(async () => {
  client.destroy();
  await listener.close();
});

const definition = (more: object = {}) => ({
  Name: "nightly",
  ScheduleExpression: "cron(0 2 * * ? *)",
  ScheduleExpressionTimezone: "Europe/Berlin",
  FlexibleTimeWindow: { Mode: "OFF" as const },
  Target: { Arn: queueArn, RoleArn: roleArn, Input: "go" },
  ...more,
});

describe("the scheduler's client", () => {
  it("creates, reads, updates, lists and deletes schedules", async () => {
    const { ScheduleArn } = await client.send(new CreateScheduleCommand(definition()));
    expect(ScheduleArn).toBe("arn:aws:scheduler:eu-central-1:123456789012:schedule/default/nightly");
    const got = await client.send(new GetScheduleCommand({ Name: "nightly" }));
    expect(got).toMatchObject({
      Arn: ScheduleArn,
      GroupName: "default",
      State: "ENABLED",
      ActionAfterCompletion: "NONE",
      ScheduleExpressionTimezone: "Europe/Berlin",
      Target: { Arn: queueArn, RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 } },
      CreationDate: expect.any(Date),
    });
    const EndDate = new Date("2026-03-01T00:00:00Z");
    await client.send(new UpdateScheduleCommand(definition({ State: "DISABLED", EndDate })));
    const updated = await client.send(new GetScheduleCommand({ Name: "nightly" }));
    expect(updated).toMatchObject({ State: "DISABLED", EndDate });
    await client.send(new CreateScheduleGroupCommand({ Name: "shop" }));
    await client.send(new CreateScheduleCommand(definition({ GroupName: "shop" })));
    const { ScheduleGroups } = await client.send(new ListScheduleGroupsCommand({}));
    expect(ScheduleGroups?.map(({ Name }) => Name)).toEqual(["default", "shop"]);
    const { Schedules } = await client.send(new ListSchedulesCommand({ GroupName: "shop", NamePrefix: "night" }));
    expect(Schedules?.map(({ GroupName, Name }) => [GroupName, Name])).toEqual([["shop", "nightly"]]);
    const first = await client.send(new ListSchedulesCommand({ MaxResults: 1 }));
    const second = await client.send(new ListSchedulesCommand({ MaxResults: 1, NextToken: first.NextToken }));
    expect([first, second].map((page) => page.Schedules?.[0]?.GroupName)).toEqual(["default", "shop"]);
    expect(second.NextToken).toBeUndefined();
    await client.send(new DeleteScheduleCommand({ Name: "nightly" }));
    await expect(client.send(new GetScheduleCommand({ Name: "nightly" }))).rejects.toThrow(ResourceNotFoundException);
  });

  it("answers errors that the client knows by their types", async () => {
    await client.send(new CreateScheduleCommand(definition()));
    await expect(client.send(new CreateScheduleCommand(definition()))).rejects.toThrow(ConflictException);
    const late = new CreateScheduleCommand(definition({ Name: "x", ScheduleExpression: "daily" }));
    await expect(client.send(late)).rejects.toThrow(ValidationException);
    const elsewhere = new CreateScheduleCommand(definition({ GroupName: "none" }));
    await expect(client.send(elsewhere)).rejects.toThrow("Schedule group none does not exist.");
    const policy = { MaximumRetryAttempts: 186 };
    const often = definition({ Name: "y", Target: { Arn: queueArn, RoleArn: roleArn, RetryPolicy: policy } });
    await expect(client.send(new CreateScheduleCommand(often))).rejects.toThrow(
      "[Target.RetryPolicy.MaximumRetryAttempts] must be a whole number from 0 to 185, got 186",
    );
  });

  it("refuses a role that the scheduler cannot assume, and targets that the simulator lacks", async () => {
    const other = create("aws:iam/role:Role", "o", { name: "o", assumeRolePolicy: trust("lambda.amazonaws.com") });
    const wrong = definition({ Target: { Arn: queueArn, RoleArn: String(other.arn) } });
    await expect(client.send(new CreateScheduleCommand(wrong))).rejects.toThrow(
      "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    );
    const universal = "arn:aws:scheduler:::aws-sdk:sqs:sendMessage";
    const target = definition({ Target: { Arn: universal, RoleArn: roleArn } });
    await expect(client.send(new CreateScheduleCommand(target))).rejects.toThrow(
      `[Target.Arn] the simulator's schedules have no universal targets; it invokes Lambda functions, SQS queues, SNS topics, Step Functions state machines, event buses, Kinesis streams, got "${universal}"`,
    );
  });

  it("sends to a real queue with the schedule's role, made by a Pulumi program", () => {
    const group = create("aws:scheduler/scheduleGroup:ScheduleGroup", "g", { name: "g" });
    const schedule = create("aws:scheduler/schedule:Schedule", "s", {
      groupName: group.name,
      scheduleExpression: "at(2026-01-05T09:00:00)",
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: queueArn, roleArn, input: "go", retryPolicy: { maximumRetryAttempts: 1 } },
    });
    expect(schedule).toMatchObject({ name: expect.stringMatching(/^s-[0-9a-f]{7}$/), groupName: "g" });
    simulation.runFor(2 * 3_600_000);
    const url = "https://sqs.eu-central-1.amazonaws.com/123456789012/work";
    expect(simulation.sqs.messages(url).map(({ body }) => body)).toEqual(["go"]);
  });
});
