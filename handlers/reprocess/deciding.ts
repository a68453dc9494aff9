// What a run decides on a message that it received: by the rules, by what its former redrives came to, and by the circuit breakers.
import type { Message } from "@aws-sdk/client-sqs";
import type { QueueBesideSpool } from "../../records/attribute";
import { parseRecord } from "../../records/parse";
import { errorMessage, errorName } from "../awsErrors";
import { resolveRecord } from "../resolveRecord";
import { type Decision, decide, isNewer } from "./decide";
import { groupOfRecord } from "./groups";
import { heldGenerations } from "./holds";
import { OutOfTime } from "./pace";
import type { Run } from "./run";

/** The decisions of a run. */
export class Deciding {
  constructor(private readonly run: Run) {}

  /** Undefined where it cannot be decided now. */
  async on(message: Message, queue?: QueueBesideSpool): Promise<Decision | undefined> {
    const { config, request, clients, pace, breakers } = this.run;
    const { sources, bucket, maxRedrives } = config;
    if (this.isLeft(message)) {
      this.stopGroup(message, queue);
      return { action: "skip", reason: "parked after this run began" };
    }
    try {
      const resolver = { sources, bucket, s3: clients.s3 };
      const parsed = await pace.persist(() => resolveRecord(resolver, message, queue));
      const rules = { maxRedrives, request };
      let decision = decide(parsed, rules);
      const { record } = decision;
      // Asked only where work would become poison: it takes a call for each of its redrives.
      const { holds, commands } = (record && sources[record.source]) ?? {};
      if ("tooOften" in decision && record !== undefined && (holds || commands)) {
        const enough = record.generation - maxRedrives;
        const held = await heldGenerations(record, enough, { ...clients, pace });
        decision = decide(parsed, { ...rules, held });
      }
      return decision.action === "start" && breakers.guard(decision.record) ? await breakers.allow(decision) : decision;
    } catch (error) {
      if (error instanceof OutOfTime) return undefined;
      this.run.counts.failed++;
      const details = { messageId: message.MessageId, error: errorName(error), reason: errorMessage(error) };
      clients.log.error("message could not be decided on", details);
      return undefined;
    }
  }

  private isLeft(message: Message): boolean {
    const { startedAt, request } = this.run;
    return isNewer(message, Math.min(startedAt, request.parkedBefore ?? startedAt));
  }

  /** What follows in the group of a message that is left must not go before it. */
  private stopGroup(message: Message, queue?: QueueBesideSpool): void {
    const { config, request, groups } = this.run;
    const parsed = parseRecord(message, config.sources, queue);
    const group = parsed.readable ? groupOfRecord(parsed.record) : undefined;
    if (group !== undefined && !request.dryRun) groups.stop(group);
  }
}
