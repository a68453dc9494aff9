// A line of states, one after the other: an execution's own, a Parallel state's branch or a Map state's iteration.
import type { Timer } from "../../clock";
import type { StateGraph } from "./definition/definition";
import type { Execution } from "./execution";
import type { Failure } from "./failure";
import type { Payload } from "./payload";
import { Visit } from "./visit";

/** Who learns how a branch ended. */
export interface BranchOwner {
  succeeded(output: Payload): void;
  failed(failure: Failure): void;
}

/** What a branch has of the one that it lies in. */
export interface Inherited {
  /** Its variables can be read here, and cannot be changed (Developer Guide: "Variable scope"). */
  readonly variables: ReadonlyMap<string, string>;
  /** The context object's Map part, as JSON text. */
  readonly map: string | undefined;
}

/** What one state transition takes, in milliseconds. */
const transition = { low: 5, high: 25 };

export class Branch {
  /** The event that the next one follows; 0 is the start of the execution. */
  lastEventId = 0;
  /** Each variable's value as JSON text. */
  readonly variables: Map<string, string>;
  readonly map: string | undefined;
  private visit: Visit | undefined;
  /** The state that it is about to enter. */
  private next: { readonly name: string; readonly input: Payload } | undefined;
  private entry: Timer | undefined;

  constructor(
    private readonly execution: Execution,
    readonly graph: StateGraph,
    private readonly owner: BranchOwner,
    inherited?: Inherited,
  ) {
    this.variables = new Map(inherited?.variables);
    this.map = inherited?.map;
  }

  /** Milliseconds that the way to the next state takes. */
  get transitionTime(): number {
    return this.execution.host.world.random.integer(transition.low, transition.high);
  }

  /** @param delay milliseconds until the first state is entered */
  start(input: Payload, delay = this.transitionTime): void {
    this.enter(this.graph.StartAt, input, delay);
  }

  /** @param next the next state, or undefined when the branch ends here */
  goOn(next: string | undefined, output: Payload): void {
    this.visit = undefined;
    if (next === undefined) this.owner.succeeded(output);
    else this.enter(next, output, this.transitionTime);
  }

  fails(failure: Failure): void {
    this.owner.failed(failure);
  }

  /** Ends it from outside; nothing is reported. */
  stop(): void {
    this.entry?.cancel();
    this.visit?.close();
  }

  /** Goes on where it failed or was stopped. @param eventId ExecutionRedriven */
  redrive(eventId: number): void {
    this.lastEventId = eventId;
    const { visit, next } = this;
    if (next !== undefined) this.enter(next.name, next.input, this.transitionTime);
    // A Fail state is entered again and fails again (Developer Guide: "Redrive behavior of individual states").
    else if (visit?.definition.Type === "Fail") this.enter(visit.name, visit.input, this.transitionTime);
    else this.execution.guard(() => visit?.redrive(eventId));
  }

  /** The events of a branch that ends because another one failed. */
  recordAborted(): void {
    this.visit?.recordAborted();
  }

  private enter(name: string, input: Payload, delay: number): void {
    this.next = { name, input };
    this.entry = this.execution.host.world.clock.after(delay, () => {
      this.execution.guard(() => {
        this.next = undefined;
        this.visit = new Visit(this.execution, this, name, input);
        this.visit.run();
      });
    });
  }
}
