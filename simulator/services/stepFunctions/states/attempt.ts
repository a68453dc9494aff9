// One attempt of a Task: the call, its answer, and what some tasks wait for after it.
import type { Timer } from "../../../clock";
import type { JsonObject } from "../../../json";
import type { Outcome } from "../../../service";
import { dataLimitExceeded, type Failure, StateFailure } from "../failure";
import type { TaskEvent, TaskPlan, Waiting } from "../integrations/integration";
import type { Payload } from "../payload";
import type { Visit } from "../visit";

/** Seconds. */
export interface Limits {
  readonly timeout: number | undefined;
  readonly heartbeat: number | undefined;
}

export class Attempt {
  private waiting = true;
  private submitted = false;
  /** The token was answered before the service itself. */
  private early: (() => void) | undefined;
  /** An execution that `.sync` waits for ends with the task, unless that succeeds. */
  private child: string | undefined;
  private timeout: Timer | undefined;
  private heartbeat: Timer | undefined;

  constructor(
    private readonly visit: Visit,
    private readonly plan: TaskPlan,
    private readonly limits: Limits,
  ) {}

  start(): void {
    const { visit, plan, limits } = this;
    const { execution, clock } = visit;
    execution.attempts += 1;
    this.record(plan.events.scheduled(limits.timeout, limits.heartbeat));
    this.record(plan.events.started);
    if (limits.timeout !== undefined) this.limitTime(clock.now + limits.timeout * 1000);
    this.listen();
    this.call(plan.call.service, plan.call.action, plan.call.input, (outcome) => this.answered(outcome));
  }

  /** Calls a service as the state machine's role; a reply after the end of the attempt means nothing any more. */
  private call(service: string, action: string, input: JsonObject, reply: (outcome: Outcome) => void): void {
    const { execution } = this.visit;
    const principal = { kind: "role" as const, roleArn: execution.machine.roleArn };
    execution.host.world.gateway.call({ service, action, input, principal }, (outcome) => {
      if (!this.waiting) return;
      // A gap of the simulator must not pass for a failure of the task, which a Catch would swallow.
      const gap = !outcome.ok && outcome.error.code.startsWith("SimulatorUnsupported");
      if (gap) throw outcome.error;
      this.visit.guard(() => reply(outcome));
    });
  }

  private answered(outcome: Outcome): void {
    const { plan } = this;
    if (!outcome.ok) {
      const failure = plan.failure(outcome.error);
      this.fails(plan.events.failed(failure), failure);
      return;
    }
    const { waiting } = plan;
    this.finishing(() => {
      const result = plan.result(outcome.output);
      if (waiting === undefined) this.succeeds(result);
      else this.submit(result, outcome.output, waiting);
    });
  }

  private submit(answer: Payload, output: JsonObject, waiting: Waiting): void {
    this.record(this.plan.events.submitted(answer));
    this.submitted = true;
    if (waiting.until === "executionEnds") this.follow(waiting.executionArn(output), waiting);
    else if (this.timeout !== undefined) this.limitTime(this.timeout.at, true);
    this.early?.();
  }

  /** @param background nothing is under way while somebody outside has to answer a token */
  private limitTime(at: number, background = false): void {
    this.visit.forget(this.timeout);
    this.timeout = this.visit.at(at, () => this.expire(), { background });
  }

  /** `.sync`: waits for an execution; one that nobody waits for any more is stopped. */
  private follow(executionArn: string, waiting: Extract<Waiting, { until: "executionEnds" }>): void {
    const { host, machine } = this.visit.execution;
    this.child = executionArn;
    const forget = host.whenClosed(executionArn, () => {
      this.child = undefined;
      this.call("states", "DescribeExecution", { executionArn }, (outcome) => {
        if (outcome.ok) this.finishing(() => this.succeeds(waiting.result(outcome.output)));
        else {
          const failure = this.plan.failure(outcome.error);
          this.fails(this.plan.events.failed(failure), failure);
        }
      });
    });
    this.visit.onClose(() => {
      forget();
      if (this.child === undefined) return;
      const principal = { kind: "role" as const, roleArn: machine.roleArn };
      host.world.gateway.call(
        { service: "states", action: "StopExecution", input: { executionArn }, principal },
        () => undefined,
      );
    });
  }

  /** Whoever has the token can answer, and prolong the heartbeat's time. */
  private listen(): void {
    const { visit, limits } = this;
    const token = visit.taskToken;
    if (token === undefined) return;
    const { execution, clock } = visit;
    const beat = () => {
      visit.forget(this.heartbeat);
      const { heartbeat } = limits;
      if (heartbeat !== undefined) this.heartbeat = visit.at(clock.now + heartbeat * 1000, () => this.missHeartbeat());
    };
    beat();
    const { tokens } = execution.host;
    visit.onClose(() => tokens.close(token));
    // An answer that overtakes the service's own waits for it, so that the history keeps its order.
    const answer = (act: () => void) => {
      tokens.close(token);
      const finish = () => visit.guard(() => (this.waiting ? act() : undefined));
      if (this.submitted) finish();
      else this.early = finish;
    };
    tokens.wait(token, {
      stateMachineArn: execution.machine.arn,
      succeeded: (output) => answer(() => this.succeeds(output)),
      failed: (failure) => answer(() => this.fails(this.plan.events.failed(failure), failure)),
      heartbeat: beat,
    });
  }

  private expire(): void {
    this.fails(this.plan.events.timedOut, { error: "States.Timeout" });
  }

  /**
   * Recorded: this is reported as States.Timeout as well. Retry and Catch also know it as States.HeartbeatTimeout
   * (Developer Guide: "Error names").
   */
  private missHeartbeat(): void {
    this.fails(this.plan.events.timedOut, { error: "States.Timeout", alias: "States.HeartbeatTimeout" });
  }

  /** Runs what may make a failure out of an answer. */
  private finishing(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof StateFailure) || !this.waiting) throw error;
      this.fails(this.plan.events.failed(error.failure), error.failure);
    }
  }

  private succeeds(result: Payload): void {
    if (result.exceedsLimit) throw new StateFailure(dataLimitExceeded(this.plan.label, "any"));
    this.child = undefined;
    this.end();
    this.record(this.plan.events.succeeded(result));
    this.visit.leave({ result, from: "work" });
  }

  private fails(event: TaskEvent, failure: Failure): void {
    const { visit } = this;
    const { execution } = visit;
    this.end();
    this.record(event);
    const { error = "" } = failure;
    execution.host.world.events.append(`states.${event.type}`, { execution: execution.arn, state: visit.name, error });
    visit.fail(failure);
  }

  private end(): void {
    this.waiting = false;
    this.visit.forget(this.timeout);
    this.visit.forget(this.heartbeat);
  }

  private record(event: TaskEvent): void {
    this.visit.record(event.type, event.details);
  }
}
