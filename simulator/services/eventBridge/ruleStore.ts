// The rules of all event buses.

import { defaultQuotas, type EventBridgeQuotas, type Quotas } from "../../quotas";
import { AwsError } from "../../service";
import { arn, type World } from "../../world";
import { defaultBus, type EventBuses } from "./eventBuses";
import { compilePattern } from "./eventPattern";
import type { Rule, TargetInput } from "./rule";
import { parseSchedule } from "./scheduleExpression";
import { defineTarget } from "./targetDefinition";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
export interface PutRuleInput {
  readonly Name: string;
  readonly EventPattern?: string;
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly Description?: string;
  readonly RoleArn?: string;
  readonly EventBusName?: string;
}

const states = ["ENABLED", "DISABLED"];

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

function limitExceeded(): AwsError {
  return new AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
}

function checkRule({ Name, EventPattern, ScheduleExpression, State }: PutRuleInput, quotas: EventBridgeQuotas): void {
  if (!/^[.\-\w]{1,64}$/.test(Name))
    throw invalid(`[Name] must be 1 to 64 characters of letters, digits and .-_, got "${Name}"`);
  if (EventPattern === undefined && ScheduleExpression === undefined) {
    throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  }
  if ((EventPattern ?? "").length > quotas.patternCharacters)
    throw invalid(`[EventPattern] must have at most ${quotas.patternCharacters} characters`);
  if (State !== undefined && !states.includes(State)) {
    throw new AwsError("SimulatorUnsupportedArgument", `[State] must be ${states.join(" or ")}, got "${State}"`);
  }
}

function keyOf(bus: string, name: string): string {
  return `${bus}/${name}`;
}

/** Holds rules and their targets. Schedules are told by `changed` to look at a rule again. */
export class RuleStore {
  /** By bus and name. */
  private readonly rules = new Map<string, Rule>();
  private readonly quotas: EventBridgeQuotas;

  constructor(
    private readonly world: World & { readonly quotas?: Pick<Quotas, "eventBridge"> },
    private readonly buses: EventBuses,
    private readonly changed: (rule: Rule) => void,
  ) {
    this.quotas = (world.quotas ?? defaultQuotas(world.region)).eventBridge;
  }

  /** @throws AwsError ResourceNotFoundException */
  of(bus?: string): readonly Rule[] {
    const { name } = this.buses.get(bus);
    return [...this.rules.values()].filter((rule) => rule.bus === name);
  }

  /** @throws AwsError ResourceNotFoundException */
  find(name: string, bus?: string): Rule {
    const on = this.buses.get(bus).name;
    const rule = this.rules.get(keyOf(on, name));
    if (rule === undefined)
      throw new AwsError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus ${on}.`);
    return rule;
  }

  /** The ARN that a rule has, whether or not there is one. */
  arnOf(name: string, bus?: string): string {
    const on = this.buses.find(bus)?.name ?? bus ?? defaultBus;
    return arn(this.world, "events", on === defaultBus ? `rule/${name}` : `rule/${on}/${name}`);
  }

  /** Creates a rule, or replaces an existing one's definition and keeps its targets. */
  put(input: PutRuleInput): Rule {
    checkRule(input, this.quotas);
    const bus = this.buses.get(input.EventBusName).name;
    if (bus !== defaultBus && input.ScheduleExpression !== undefined) {
      throw invalid("ScheduleExpression is supported only on the default event bus.");
    }
    const { Name: name, EventPattern: eventPattern, ScheduleExpression: scheduleExpression } = input;
    const pattern = eventPattern === undefined ? undefined : compilePattern(eventPattern);
    const schedule = scheduleExpression === undefined ? undefined : parseSchedule(scheduleExpression);
    const before = this.rules.get(keyOf(bus, name));
    if (before === undefined && this.of(bus).length >= this.quotas.rulesPerBus) throw limitExceeded();
    const samePace = before !== undefined && before.scheduleExpression === scheduleExpression;
    const definition = {
      createdAt: samePace ? before.createdAt : this.world.clock.now,
      description: input.Description,
      roleArn: input.RoleArn,
      eventPattern,
      pattern,
      scheduleExpression,
      schedule,
      enabled: input.State !== "DISABLED",
    };
    const ruleArn = this.arnOf(name, bus);
    const rule: Rule =
      before === undefined
        ? { name, arn: ruleArn, bus, targets: new Map(), timer: undefined, ...definition }
        : Object.assign(before, definition);
    this.rules.set(keyOf(bus, name), rule);
    this.changed(rule);
    return rule;
  }

  setEnabled(name: string, bus: string | undefined, enabled: boolean): void {
    const rule = this.find(name, bus);
    rule.enabled = enabled;
    this.changed(rule);
  }

  /** A rule that does not exist counts as deleted. */
  delete(name: string, bus?: string): void {
    const key = keyOf(this.buses.get(bus).name, name);
    const rule = this.rules.get(key);
    if (rule === undefined) return;
    if (rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.");
    rule.enabled = false;
    this.rules.delete(key);
    this.changed(rule);
  }

  putTargets(rule: Rule, targets: readonly TargetInput[]): void {
    const defined = targets.map((target) => defineTarget(target, this.quotas));
    const ids = new Set([...rule.targets.keys(), ...targets.map(({ Id }) => Id)]);
    if (ids.size > this.quotas.targetsPerRule) throw limitExceeded();
    for (const target of defined) rule.targets.set(target.given.Id, target);
  }
}
