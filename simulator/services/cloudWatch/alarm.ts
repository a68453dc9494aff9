// One metric alarm: its state, and when it has to be looked at again.
import type { Timer } from "../../clock";
import type { World } from "../../world";
import { arn } from "../../world";
import type { AlarmDefinition } from "./alarmDefinition";
import { type AlarmState, evaluate, evaluationRange } from "./alarmEvaluation";
import { nextEvaluation, type ScheduleInput } from "./alarmSchedule";
import { type Evaluation, reason, reasonData, type StateRecord, stateChangeDetail } from "./alarmTexts";
import { minute, minuteOf } from "./gauge";
import type { Series } from "./series";

/** An action that an alarm wants done: a topic, a function, anything with an ARN. */
export interface AlarmAction {
  readonly alarmArn: string;
  /** What to call. */
  readonly actionArn: string;
  readonly state: AlarmState;
  /** The same as the detail of the EventBridge event. */
  readonly detail: ReturnType<typeof stateChangeDetail>;
}

/**
 * Evaluates at the beginnings of minutes, as CloudWatch does, but only of those at which the outcome can change: after
 * new data, while data moves through the evaluation range, and when growth crosses the threshold. Otherwise it sleeps.
 */
export class Alarm {
  readonly arn: string;
  private readonly series: readonly Series[];
  /** Minutes. */
  private readonly period: number;
  private readonly range: number;
  private state: StateRecord;
  private timer: Timer | undefined;

  /** @param act gets the actions of every change of state */
  constructor(
    private readonly world: World,
    readonly definition: AlarmDefinition,
    private readonly act: (action: AlarmAction) => void,
  ) {
    const { queries, watched, rules, period, name } = definition;
    this.arn = arn(world, "cloudwatch", `alarm:${name}`);
    this.series = [...new Set(queries.statsOf(watched).map((stat) => stat.series))];
    this.period = period / 60;
    this.range = evaluationRange(rules);
    this.state = {
      value: "INSUFFICIENT_DATA",
      reason: "Unchecked: Initial alarm creation",
      timestamp: world.clock.now,
    };
    for (const each of this.series) each.listen(() => this.wake());
    this.wake();
  }

  get current(): StateRecord {
    return this.state;
  }

  /** AWS: API SetAlarmState; it lasts until the next evaluation. */
  setState(value: AlarmState, why: string, data: string | undefined): void {
    this.change({ value, reason: why, reasonData: data, timestamp: this.world.clock.now });
    this.wake();
  }

  /** Evaluates at the beginning of the next minute. */
  private wake(): void {
    this.scheduleAt(minuteOf(this.world.clock.now) + 1);
  }

  private scheduleAt(atMinute: number): void {
    const at = atMinute * minute;
    if (this.timer !== undefined && this.timer.at <= at) return;
    this.timer?.cancel();
    this.timer = this.world.clock.at(at, () => this.tick(atMinute), { background: true });
  }

  private tick(atMinute: number): void {
    this.timer = undefined;
    const evaluation = this.evaluationAt(atMinute);
    const to = evaluation.verdict.state;
    if (to !== undefined && to !== this.state.value) {
      const { now } = this.world.clock;
      this.change({
        value: to,
        reason: reason(this.state.value, to, evaluation, this.definition),
        reasonData: reasonData(evaluation, this.definition, now),
        timestamp: now,
      });
    }
    const input: ScheduleInput = {
      series: this.series,
      period: this.period,
      range: this.range,
      changesStateAt: (later) => this.changesStateAt(later),
    };
    const next = nextEvaluation(input, atMinute);
    if (next !== undefined) this.scheduleAt(next);
  }

  private changesStateAt(atMinute: number): boolean {
    const { state } = this.evaluationAt(atMinute).verdict;
    return state !== undefined && state !== this.state.value;
  }

  private evaluationAt(atMinute: number): Evaluation {
    const { queries, watched, rules } = this.definition;
    const datapoints = Array.from({ length: this.range }, (_, age) => {
      const end = atMinute - age * this.period;
      return queries.datapoint(watched, end - this.period, end);
    });
    return { verdict: evaluate(datapoints, rules), datapoints, end: atMinute * minute };
  }

  private change(to: StateRecord): void {
    const from = this.state;
    this.state = to;
    if (from.value === to.value) return;
    const { name, actions, actionsEnabled } = this.definition;
    const detail = stateChangeDetail(this.definition, from, to);
    const summary = { alarm: name, from: from.value, to: to.value, reason: to.reason };
    this.world.events.append("cloudwatch.AlarmStateChange", summary);
    this.world.bus.publish({
      source: "aws.cloudwatch",
      detailType: "CloudWatch Alarm State Change",
      resources: [this.arn],
      detail,
    });
    if (!actionsEnabled) return;
    for (const actionArn of actions[to.value]) {
      this.world.events.append("cloudwatch.AlarmAction", { alarm: name, state: to.value, arn: actionArn });
      this.act({ alarmArn: this.arn, actionArn, state: to.value, detail });
    }
  }
}
