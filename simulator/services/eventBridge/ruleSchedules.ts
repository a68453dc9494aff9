// Runs scheduled rules: one event in the background for each rule's next run, nothing in between.

import type { World } from "../../world";
import type { Rule } from "./rule";

export class RuleSchedules {
  /** @param run what a rule's run does */
  constructor(
    private readonly world: World,
    private readonly run: (rule: Rule) => void,
  ) {}

  /** Sets a rule's next run anew, after its schedule or state changed. */
  update(rule: Rule): void {
    rule.timer?.cancel();
    rule.timer = undefined;
    if (!rule.enabled || rule.schedule === undefined) return;
    const { clock } = this.world;
    const next = rule.schedule.nextAfter(clock.now, rule.createdAt);
    if (next === undefined) return;
    const tick = () => {
      this.update(rule);
      this.run(rule);
    };
    rule.timer = clock.at(next, tick, { background: true });
  }
}
