// EventBridge's API.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html

import type { JsonObject } from "../../json";
import type { EventBridgeQuotas } from "../../quotas";
import { AwsError, type Operation, operation } from "../../service";
import type { BusEvent, World } from "../../world";
import { onBus } from "./busOperations";
import type { EventBuses } from "./eventBuses";
import { testPattern } from "./eventPattern";
import { checkRequest, type PutEventsInput, readEntry } from "./putEvents";
import type { Rule, TargetInput } from "./rule";
import type { PutRuleInput, RuleStore } from "./ruleStore";

interface RuleName {
  readonly Name: string;
  readonly EventBusName?: string;
}

interface RuleTargets {
  readonly Rule: string;
  readonly EventBusName?: string;
}

/** What the operations act on. */
export interface Bus {
  readonly buses: EventBuses;
  readonly rules: RuleStore;
  readonly quotas: EventBridgeQuotas;
  putTargets(rule: Rule, targets: readonly TargetInput[]): void;
  /** Takes an event in on a bus and gives its id. */
  take(event: BusEvent, time: number | undefined, bus: string): string;
  /**
   * Takes in what another bus sent by a call, and gives its id; undefined when the call is anyone else's.
   *
   * @param bus undefined when there is no such bus
   */
  takeForwarded(input: object, bus: string | undefined): string | undefined;
}

function describe(rule: Rule): JsonObject {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.eventPattern,
    ScheduleExpression: rule.scheduleExpression,
    State: rule.enabled ? "ENABLED" : "DISABLED",
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: rule.bus,
  };
}

function ruleOperations({ rules }: Bus): Record<string, Operation> {
  const on = (action: string) => (input: RuleName) => [
    { action: `events:${action}`, resource: rules.arnOf(input.Name, input.EventBusName) },
  ];
  const change = (action: string, run: (input: RuleName) => void) =>
    operation<RuleName>({
      authorize: on(action),
      handle: (input) => {
        run(input);
        return {};
      },
    });
  return {
    PutRule: operation<PutRuleInput>({
      authorize: on("PutRule"),
      handle: (input) => ({ RuleArn: rules.put(input).arn }),
    }),
    DeleteRule: change("DeleteRule", ({ Name, EventBusName }) => rules.delete(Name, EventBusName)),
    EnableRule: change("EnableRule", ({ Name, EventBusName }) => rules.setEnabled(Name, EventBusName, true)),
    DisableRule: change("DisableRule", ({ Name, EventBusName }) => rules.setEnabled(Name, EventBusName, false)),
    DescribeRule: operation<RuleName>({
      authorize: on("DescribeRule"),
      handle: ({ Name, EventBusName }) => describe(rules.find(Name, EventBusName)),
    }),
    ListRules: operation<{ readonly NamePrefix?: string; readonly EventBusName?: string }>({
      authorize: () => [{ action: "events:ListRules", resource: rules.arnOf("*") }],
      handle: ({ NamePrefix = "", EventBusName }) => {
        const found = rules.of(EventBusName).filter(({ name }) => name.startsWith(NamePrefix));
        return { Rules: found.sort((a, b) => (a.name < b.name ? -1 : 1)).map(describe) };
      },
    }),
  };
}

function targetOperations(bus: Bus): Record<string, Operation> {
  const on = (action: string) => (input: RuleTargets) => [
    { action: `events:${action}`, resource: bus.rules.arnOf(input.Rule, input.EventBusName) },
  ];
  return {
    PutTargets: operation<RuleTargets & { readonly Targets: readonly TargetInput[] }>({
      authorize: on("PutTargets"),
      handle: ({ Rule, EventBusName, Targets }) => {
        bus.putTargets(bus.rules.find(Rule, EventBusName), Targets);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    }),
    RemoveTargets: operation<RuleTargets & { readonly Ids: readonly string[] }>({
      authorize: on("RemoveTargets"),
      handle: ({ Rule, EventBusName, Ids }) => {
        const { targets } = bus.rules.find(Rule, EventBusName);
        for (const id of Ids) targets.delete(id);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    }),
    ListTargetsByRule: operation<RuleTargets>({
      authorize: on("ListTargetsByRule"),
      handle: ({ Rule, EventBusName }) => ({
        Targets: [...bus.rules.find(Rule, EventBusName).targets.values()].map(({ given }) => given),
      }),
    }),
  };
}

const mandatoryFields = ["id", "account", "source", "time", "region", "detail-type"];

function parseTestEvent(text: string): JsonObject {
  const invalid = new AwsError("ValidationException", "Parameter Event is not valid.");
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    throw invalid;
  }
  if (typeof event !== "object" || event === null || mandatoryFields.some((name) => !(name in event))) throw invalid;
  return event as JsonObject;
}

function eventOperations(world: World, bus: Bus): Record<string, Operation> {
  return {
    PutEvents: operation<PutEventsInput>({
      authorize: ({ Entries = [] }) => {
        const named = new Set(Entries.map(({ EventBusName }) => bus.buses.arnOf(EventBusName)));
        return [...named].map((resource) => onBus(bus.buses, "PutEvents", resource));
      },
      handle: (input) => {
        const forwarded = bus.takeForwarded(input, bus.buses.find(input.Entries?.[0]?.EventBusName)?.name);
        if (forwarded !== undefined) return { FailedEntryCount: 0, Entries: [{ EventId: forwarded }] };
        const results = checkRequest(input, bus.quotas).map((entry) => {
          const event = readEntry(entry);
          if ("ErrorCode" in event) return event;
          // An event for a bus that does not exist gets an id, too, and goes nowhere.
          const to = bus.buses.find(entry.EventBusName);
          if (to === undefined) return { EventId: world.random.uuid() };
          const time = entry.Time === undefined ? undefined : entry.Time * 1_000;
          return { EventId: bus.take(event, time, to.name) };
        });
        return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
      },
    }),
    TestEventPattern: operation<{ readonly EventPattern: string; readonly Event: string }>({
      authorize: () => [{ action: "events:TestEventPattern", resource: "*" }],
      handle: ({ EventPattern, Event }) => ({ Result: testPattern(EventPattern, parseTestEvent(Event)) }),
    }),
  };
}

export function eventBridgeOperations(world: World, bus: Bus): Record<string, Operation> {
  return { ...ruleOperations(bus), ...targetOperations(bus), ...eventOperations(world, bus) };
}
