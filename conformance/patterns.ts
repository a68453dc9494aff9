// Asks the simulated EventBridge what AWS was asked: whether a pattern matches an event.
import { AwsError } from "../simulator/service";
import { Simulation } from "../simulator/simulation";
import type { PatternCase } from "./conformanceCase";
import { type Difference, Matcher } from "./match";

/** JSON as Python's json.dumps writes it: AWS's messages quote the pattern. */
import { pythonJson } from "./pythonFunctions";

/** Answers all pattern cases in one simulated account: they leave nothing behind. */
export class PatternReplay {
  private readonly simulation = new Simulation();
  private readonly matcher = new Matcher([]);

  differences(item: PatternCase): readonly Difference[] {
    const { expected } = item;
    const EventPattern = item.patternText ?? pythonJson(item.pattern);
    const Event = item.eventText ?? pythonJson(item.event);
    try {
      const { Result } = this.simulation.call("events", "TestEventPattern", { EventPattern, Event });
      return this.matcher.differences(expected, Result === true ? "match" : "no-match", "result");
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const observed = { code: error.code, message: error.message };
      const found = this.matcher.differences(expected, "exception", "result");
      return item.error === undefined
        ? found
        : [...found, ...this.matcher.differences({ ...item.error }, observed, "error")];
    }
  }
}
