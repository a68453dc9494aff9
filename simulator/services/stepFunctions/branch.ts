// A line of states, one after the other: an execution's own; Parallel and Map states will have several.
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

/** What one state transition takes, in milliseconds. */
const transition = { low: 5, high: 25 };

export class Branch {
  /** The event that the next one follows; 0 is the start of the execution. */
  lastEventId = 0;
  /** Each variable's value as JSON text. */
  readonly variables = new Map<string, string>();
  private visit: Visit | undefined;
  private entry: Timer | undefined;

  constructor(
    private readonly execution: Execution,
    readonly graph: StateGraph,
    private readonly owner: BranchOwner,
  ) {}

  start(input: Payload): void {
    this.enter(this.graph.StartAt, input);
  }

  /** @param next the next state, or undefined when the branch ends here */
  goOn(next: string | undefined, output: Payload): void {
    if (next === undefined) this.owner.succeeded(output);
    else this.enter(next, output);
  }

  fails(failure: Failure): void {
    this.owner.failed(failure);
  }

  /** Ends it from outside; nothing is reported. */
  stop(): void {
    this.entry?.cancel();
    this.visit?.close();
  }

  private enter(name: string, input: Payload): void {
    const { clock, random } = this.execution.host.world;
    this.entry = clock.after(random.integer(transition.low, transition.high), () => {
      this.execution.guard(() => {
        this.visit = new Visit(this.execution, this, name, input);
        this.visit.run();
      });
    });
  }
}
