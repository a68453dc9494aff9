// Amazon EventBridge: event buses with pattern rules and scheduled rules.

import type { Roles } from "../../iam";
import { defaultQuotas, type EventBridgeQuotas, type Quotas } from "../../quotas";
import type { Operation, ResourceType, Service } from "../../service";
import { arn, type BusEvent, type EventSink, type World } from "../../world";
import { busOperations } from "./busOperations";
import { busResourceTypes } from "./busResources";
import { Deliveries } from "./delivery";
import { type TakenEvent, takeEvent } from "./event";
import { defaultBus, EventBuses } from "./eventBuses";
import { flatten } from "./eventPattern";
import { type Bus, eventBridgeOperations } from "./operations";
import { eventBridgeResourceTypes } from "./resources";
import type { Rule, TargetInput } from "./rule";
import { RuleSchedules } from "./ruleSchedules";
import { RuleStore } from "./ruleStore";

/** How long an event takes from the bus to its targets, in milliseconds: our choice, around the half second that is usual. */
const passage = { low: 100, high: 600 };

/** The account's event buses. AWS services publish to the default one. */
export class EventBridgeService implements Service, EventSink, Bus {
  readonly name = "events";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;
  readonly buses: EventBuses;
  readonly rules: RuleStore;
  readonly quotas: EventBridgeQuotas;
  private readonly deliveries: Deliveries;

  /** @param roles checks, when given, that EventBridge can assume a target's role */
  constructor(
    private readonly world: World & { readonly quotas?: Pick<Quotas, "eventBridge"> },
    private readonly roles?: Roles,
  ) {
    this.quotas = (world.quotas ?? defaultQuotas(world.region)).eventBridge;
    this.deliveries = new Deliveries(world);
    const schedules = new RuleSchedules(world, (rule) => this.runSchedule(rule));
    this.buses = new EventBuses(world);
    this.rules = new RuleStore(world, this.buses, (rule) => schedules.update(rule));
    this.operations = { ...eventBridgeOperations(world, this), ...busOperations(this) };
    this.resourceTypes = { ...eventBridgeResourceTypes(this), ...busResourceTypes(this) };
  }

  /** An AWS service's own event: best effort, so a fault may lose, delay or repeat it. */
  publish(event: BusEvent): void {
    const { clock, faults, events } = this.world;
    const taken = takeEvent(this.world, event);
    const arrivals = faults.arrivals({
      kind: "events.statusChange",
      to: defaultBus,
      payload: JSON.stringify(taken.body),
    });
    if (arrivals.length === 0) events.append("events.EventLost", { event: taken.id, source: event.source });
    for (const late of arrivals) clock.after(late + this.passage(), () => this.match(taken, defaultBus));
  }

  take(event: BusEvent, time: number | undefined, bus: string): string {
    const taken = takeEvent(this.world, event, time);
    this.world.clock.after(this.passage(), () => this.match(taken, bus));
    return taken.id;
  }

  takeForwarded(input: object, bus: string | undefined): string | undefined {
    const event = this.deliveries.forwardedBy(input);
    if (event === undefined) return undefined;
    const taken = { ...event, ingestedAt: this.world.clock.now, isForwarded: true };
    if (bus !== undefined) this.world.clock.after(this.passage(), () => this.match(taken, bus));
    return event.id;
  }

  putTargets(rule: Rule, targets: readonly TargetInput[]): void {
    for (const { RoleArn } of targets) {
      if (RoleArn !== undefined) this.roles?.assertAssumable(RoleArn, "events.amazonaws.com", rule.arn);
    }
    this.rules.putTargets(rule, targets);
  }

  private passage(): number {
    return this.world.random.integer(passage.low, passage.high);
  }

  /** Which rules of a bus an event matches, and off to their targets. */
  private match(event: TakenEvent, bus: string): void {
    if (this.buses.find(bus) === undefined) return;
    const candidates = this.rules.of(bus).filter((rule) => rule.enabled && rule.pattern !== undefined);
    if (candidates.length === 0) return;
    const flat = flatten(event.body);
    for (const rule of candidates) if (rule.pattern?.matches(flat)) this.trigger(rule, event, "MatchedEvents");
  }

  /** A scheduled rule makes its own event and hands it to its own targets only. */
  private runSchedule(rule: Rule): void {
    const event = takeEvent(this.world, {
      source: "aws.events",
      detailType: "Scheduled Event",
      resources: [arn(this.world, "events", `rule/${rule.name}`)],
      detail: {},
    });
    this.trigger(rule, event);
  }

  private trigger(rule: Rule, event: TakenEvent, alsoCounted?: "MatchedEvents"): void {
    this.world.events.append("events.RuleTriggered", { rule: rule.name, event: event.id });
    for (const name of alsoCounted === undefined ? ["TriggeredRules"] : [alsoCounted, "TriggeredRules"]) {
      this.world.metrics.put({
        namespace: "AWS/Events",
        name,
        dimensions: { RuleName: rule.name },
        values: [1],
        unit: "Count",
      });
    }
    for (const target of rule.targets.values()) this.deliveries.start(rule, target, event);
  }
}
