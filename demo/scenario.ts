// What the demo can play: who redrives, what is told, and how the provider goes away.

import { generateOrders } from "./generatedOrders";
import { GentleNarrator } from "./gentleNarrator";
import { Narrator } from "./narrator";
import { Operator } from "./operator";
import type { ScenarioName } from "./options";
import type { Order } from "./orders";
import { CLEAN_OUTAGE, type Outage, type Plan, SHAKY_OUTAGE } from "./plan";
import type { Stage } from "./stage";
import type { Story } from "./story";
import { UnattendedRedrive } from "./unattendedRedrive";

/** Who sees to it that what waits is redriven. */
export interface Redriver {
  begin(): void;
  /** Whether there is nothing more to do. */
  readonly isFinished: boolean;
}

/** What a redriver has to do with. */
export interface RedriverOptions {
  readonly stage: Stage;
  readonly plan: Plan;
  readonly story: Story;
  readonly orderCount: number;
  /** Is called when a run that starts executions begins, or starts more at once. */
  readonly onRun: () => void;
}

/** One of the demo's stories. */
export interface Scenario {
  /** Whether the provider is spared: see StageOptions. */
  readonly gentle: boolean;
  readonly outage: Outage;
  /** Orders where no file is given. */
  orders(seed: number): readonly Order[];
  narrator(stage: Stage, story: Story, orderCount: number): Narrator;
  redriver(options: RedriverOptions): Redriver;
}

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  orders: {
    gentle: false,
    outage: SHAKY_OUTAGE,
    orders: () => [],
    narrator: (stage, story, orderCount) => new Narrator(stage, story, orderCount),
    redriver: ({ stage, plan, story, orderCount, onRun }) => new Operator(stage, plan, story, orderCount, onRun),
  },
  maintenance: {
    gentle: true,
    outage: CLEAN_OUTAGE,
    orders: (seed) => generateOrders(seed, 40, 2000),
    narrator: (stage, story, orderCount) => new GentleNarrator(stage, story, orderCount),
    redriver: (options) => new UnattendedRedrive(options),
  },
};
