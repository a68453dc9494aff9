// What AWS X-Ray gets from a service that traces with a role: segments, and once an hour what its client does beside them. As events.
import type { Iam } from "../../iam";
import type { JsonObject } from "../../json";
import type { World } from "../../world";
import { isAllowed } from "../iam/isAllowed";

/** None of them can be restricted to a resource (Service Authorization Reference: "AWS X-Ray"). */
export type XrayAction = "GetSamplingRules" | "GetSamplingTargets" | "PutTelemetryRecords" | "PutTraceSegments";

const eventKinds: Readonly<Record<XrayAction, string>> = {
  GetSamplingRules: "xray.SamplingRules",
  GetSamplingTargets: "xray.SamplingTargets",
  PutTelemetryRecords: "xray.TelemetryRecords",
  PutTraceSegments: "xray.Segment",
};

/** AWS does it every few minutes; nothing here depends on how often, and events cost time. */
const hour = 60 * 60 * 1000;

/** X-Ray's client of one function or state machine. What the role may not do is left out, as on AWS: the work itself goes on. */
export class Tracer {
  private readonly allowed = new Map<XrayAction, boolean>();
  private due = Number.NEGATIVE_INFINITY;

  /**
   * @param subject what is traced: part of every event
   * @param chores what the client does beside sending segments
   */
  constructor(
    private readonly world: World,
    private readonly iam: Iam,
    private readonly roleArn: string,
    private readonly subject: JsonObject,
    private readonly chores: readonly XrayAction[],
  ) {}

  segment(detail: JsonObject): void {
    this.send("PutTraceSegments", detail);
  }

  /** Does the chores when the last time is an hour ago, and tells whether it was: no timer, so that an idle account costs nothing. */
  doChores(): boolean {
    const { now } = this.world.clock;
    if (now < this.due) return false;
    this.due = now + hour;
    for (const chore of this.chores) this.send(chore, {});
    return true;
  }

  private send(action: XrayAction, detail: JsonObject): void {
    if (this.may(action)) this.world.events.append(eventKinds[action], { ...this.subject, ...detail });
  }

  private may(action: XrayAction): boolean {
    let allowed = this.allowed.get(action);
    if (allowed === undefined) {
      allowed = isAllowed(this.iam, this.roleArn, `xray:${action}`, "*");
      this.allowed.set(action, allowed);
    }
    return allowed;
  }
}
