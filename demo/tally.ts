// What became of the orders so far, for the progress bar.
import type { Stage } from "./stage";

/** Counts each order once, whatever happens to its records: one that waits is one that failed and is not yet charged. */
export class Tally {
  private readonly charges = new Set<string>();
  private readonly waits = new Set<string>();

  constructor(stage: Stage) {
    stage.onEvent((event) => {
      if (event.kind === "charged") {
        this.charges.add(event.orderId);
        this.waits.delete(event.orderId);
      } else if (event.kind === "spooled" && !this.charges.has(event.orderId)) this.waits.add(event.orderId);
    });
  }

  get charged(): number {
    return this.charges.size;
  }

  get waiting(): number {
    return this.waits.size;
  }
}
