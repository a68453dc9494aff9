// An alarm that goes off opens a circuit breaker; one that is OK again does nothing.
import { describe, expect, it } from "vitest";
import { breakerEventPattern } from "../../../components/asl/breakerEvents";
import { breakerAlarmPattern, breakerAlarmTemplate } from "../../../components/breakerAlarms";
import { DynamoDbService } from "../../../simulator/services/dynamoDb/dynamoDbService";
import { EventBridgeService } from "../../../simulator/services/eventBridge/eventBridgeService";
import { stepFunctionsWorld } from "../simulator/services/stepFunctions/stepFunctionsWorld";
import { controlDefinition } from "./asl/breakerWorld";

function alarmedWorld() {
  const { world, create, service } = stepFunctionsWorld();
  const eventBridge = new EventBridgeService(world);
  world.gateway.add(eventBridge);
  world.gateway.add(new DynamoDbService(world));
  world.replace({ bus: eventBridge });
  world.call("dynamodb", "CreateTable", {
    TableName: "payments",
    AttributeDefinitions: [{ AttributeName: "key", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "key", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  const { States, ...machine } = controlDefinition();
  const control = create(JSON.parse(JSON.stringify(States)), { name: "control", machine: { ...machine } });
  const listener = create({ Listen: { Type: "Pass", End: true } }, { name: "listener" });
  const put = (Name: string, EventPattern: string, target: object) => {
    world.call("events", "PutRule", { Name, EventPattern });
    world.call("events", "PutTargets", {
      Rule: Name,
      Targets: [{ Id: "1", RoleArn: "arn:aws:iam::123456789012:role/rule", ...target }],
    });
  };
  put("alarms", breakerAlarmPattern(["payments-errors"]), {
    Arn: control,
    InputTransformer: {
      InputPathsMap: breakerAlarmTemplate.inputPaths,
      InputTemplate: breakerAlarmTemplate.inputTemplate,
    },
  });
  put("opened", breakerEventPattern("payments", "open"), { Arn: listener });
  put("closed", breakerEventPattern("payments", "closed"), { Arn: listener });
  const change = (alarmName: string, value: string) => {
    world.bus.publish({
      source: "aws.cloudwatch",
      detailType: "CloudWatch Alarm State Change",
      resources: [`arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${alarmName}`],
      detail: { alarmName, state: { value, reason: 'Threshold Crossed: "5" > 3' } },
    });
    world.runUntilQuiet();
  };
  return { change, control: () => service.executions(control), heard: () => service.executions(listener) };
}

describe("an alarm", () => {
  it("that goes off opens the circuit breaker, with its name and reason, and whoever listens hears it", () => {
    const { change, control, heard } = alarmedWorld();
    change("payments-errors", "ALARM");
    expect(control().map(({ status }) => status)).toEqual(["SUCCEEDED"]);
    expect(JSON.parse(control()[0]?.output ?? "")).toMatchObject({
      phase: "open",
      reason: 'opened by payments-errors: Threshold Crossed: "5" > 3',
    });
    expect(heard().map(({ input }) => JSON.parse(input).detail)).toMatchObject([{ table: "payments", phase: "open" }]);
  });

  it.each([
    ["that is OK again", "payments-errors", "OK"],
    ["that lacks data", "payments-errors", "INSUFFICIENT_DATA"],
    ["of something else", "other", "ALARM"],
  ])("%s starts nothing", (_, name, state) => {
    const { change, control } = alarmedWorld();
    change(name, state);
    expect(control()).toEqual([]);
  });
});
