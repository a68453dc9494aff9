// The branches of a Parallel state and the iterations of a Map state: side by side, and the first failure ends all.
import type { JsonObject } from "../../json";
import { Branch } from "./branch";
import type { StateGraph } from "./definition/definition";
import { type Failure, StateFailure } from "./failure";
import type { Payload } from "./payload";
import type { Visit } from "./visit";

/** What one branch is made of. */
export interface Strand {
  readonly graph: StateGraph;
  /** Called when it begins. Throws StateFailure. */
  input(): Payload;
  /** The context object's Map part as JSON text; a Parallel state's branches have that of the state. */
  readonly map?: string;
}

export interface ForkOptions {
  readonly strands: readonly Strand[];
  /** How many run at the same time. */
  readonly concurrency: number;
  /** Whether each of them has events of its own, as iterations have. */
  readonly iterations: boolean;
  /** All have succeeded. */
  done(outputs: readonly Payload[]): void;
}

type Status = "waiting" | "running" | "failed" | "succeeded";

interface Runner {
  readonly strand: Strand;
  readonly index: number;
  branch: Branch | undefined;
  /** Whether its first state has an input. */
  entered: boolean;
  status: Status;
  output: Payload | undefined;
}

export class Fork {
  private readonly runners: readonly Runner[];
  private failing = false;

  constructor(
    private readonly visit: Visit,
    private readonly options: ForkOptions,
  ) {
    this.runners = options.strands.map((strand, index) => ({
      strand,
      index,
      branch: undefined,
      entered: false,
      status: "waiting",
      output: undefined,
    }));
  }

  /** Whether some strand has not succeeded: a redrive then runs only those. */
  get isUnfinished(): boolean {
    return this.runners.some(({ status }) => status !== "succeeded");
  }

  /** Whether one failed, and the events of that are recorded. */
  get hasFailed(): boolean {
    return this.failing;
  }

  start(): void {
    const { branch } = this.visit;
    const from = branch.lastEventId;
    if (this.runners.length === 0) {
      this.finish();
      return;
    }
    const delay = branch.transitionTime;
    for (const runner of this.runners.slice(0, this.options.concurrency)) this.begin(runner, from, delay);
  }

  /** Runs again what failed or was aborted, and then the rest. @param from the event that they follow */
  redrive(from: number): void {
    this.failing = false;
    const begun = this.runners.filter(({ status }) => status === "failed" || status === "running");
    for (const runner of begun) {
      const { branch } = runner;
      if (branch === undefined || !runner.entered) {
        this.begin(runner, from);
        continue;
      }
      runner.status = "running";
      branch.lastEventId = from;
      this.recordIteration("Started", runner, branch);
      branch.redrive(branch.lastEventId);
    }
    if (begun.length === 0) this.beginNext(from);
  }

  /** Ends all of them; nothing is reported. */
  stop(): void {
    for (const { status, branch } of this.runners) if (status === "running") branch?.stop();
  }

  /** The events of strands that end because a branch around them failed. */
  recordAborted(): void {
    for (const runner of this.runners) {
      const { branch, status } = runner;
      if (status !== "running" || branch === undefined) continue;
      branch.lastEventId = this.visit.branch.lastEventId;
      this.recordIteration("Aborted", runner, branch);
      branch.recordAborted();
    }
  }

  private begin(runner: Runner, from: number, delay?: number): void {
    const { visit } = this;
    const { strand } = runner;
    const owner = {
      succeeded: (output: Payload) => visit.guard(() => this.succeeded(runner, output)),
      failed: (failure: Failure) => visit.guard(() => this.failed(runner, failure)),
    };
    const inherited = { variables: visit.branch.variables, map: strand.map ?? visit.branch.map };
    const branch = new Branch(visit.execution, strand.graph, owner, inherited);
    runner.branch = branch;
    runner.status = "running";
    branch.lastEventId = from;
    this.recordIteration("Started", runner, branch);
    try {
      branch.start(strand.input(), delay);
      runner.entered = true;
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      this.failed(runner, error.failure);
    }
  }

  private beginNext(from: number): void {
    const waiting = this.runners.find(({ status }) => status === "waiting");
    if (waiting !== undefined) this.begin(waiting, from);
  }

  private succeeded(runner: Runner, output: Payload): void {
    const branch = runner.branch as Branch;
    runner.status = "succeeded";
    runner.output = output;
    const last = branch.lastEventId;
    this.recordIteration("Succeeded", runner, branch);
    if (this.failing) return;
    if (this.isUnfinished) {
      this.beginNext(last);
      return;
    }
    this.visit.branch.lastEventId = branch.lastEventId;
    this.finish();
  }

  private finish(): void {
    const { visit } = this;
    // Recorded: what follows links to the event before ...StateSucceeded.
    const last = visit.branch.lastEventId;
    visit.record(`${visit.definition.Type}StateSucceeded`);
    visit.branch.lastEventId = last;
    this.options.done(this.runners.map(({ output }) => output as Payload));
  }

  /** Recorded: what the others do at the same moment still happens before they are aborted. */
  private failed(runner: Runner, failure: Failure): void {
    runner.status = "failed";
    if (this.failing) return;
    this.failing = true;
    this.visit.at(this.visit.clock.now, () => this.end(runner, failure));
  }

  private end(first: Runner, failure: Failure): void {
    const { visit } = this;
    const cause = (first.branch as Branch).lastEventId;
    for (const runner of this.runners) {
      const { branch, status } = runner;
      if (branch === undefined || status === "succeeded") continue;
      branch.stop();
      branch.lastEventId = cause;
      this.recordIteration(runner === first ? "Failed" : "Aborted", runner, branch);
      branch.lastEventId = cause;
      branch.recordAborted();
    }
    visit.branch.lastEventId = cause;
    throw new StateFailure(failure);
  }

  private recordIteration(what: string, runner: Runner, branch: Branch): void {
    if (!this.options.iterations) return;
    const details: JsonObject = { name: this.visit.name, index: runner.index };
    this.visit.execution.record(`MapIteration${what}`, details, branch);
  }
}
