// Plays a scenario on a stage: orders come in, the provider goes away and comes back, and what waits is redriven.
import { type Gentleness, measureGentleness } from "./gentleness";
import type { Narrator } from "./narrator";
import type { Order } from "./orders";
import { type Plan, planScenario } from "./plan";
import type { Scenario } from "./scenario";
import type { ProviderHealth, Stage } from "./stage";
import { countStatistics, type Statistics } from "./statistics";
import { Story, type StoryLine } from "./story";
import { Tally } from "./tally";
import { type Timeline, TimelineRecorder } from "./timeline";

/** How often the stage is looked at: simulated milliseconds, and how many looks a long run gets at most. */
const LOOK_EVERY = 30_000;
const MOST_LOOKS = 1000;
/** A guard against a stage on which nobody ever gets an answer. */
const LONGEST_WAIT = 14 * 24 * 3_600_000;
/** What is shown of the quiet afterwards. */
const QUIET = 10 * 60_000;

/** Hears of the run while it happens. */
export interface Audience {
  line(line: StoryLine): void;
  progress(progress: Progress): void;
}

export interface Progress {
  /** Milliseconds since the shop opened. */
  readonly at: number;
  /** Orders; so are the other two. None is charged and waiting at once. */
  readonly charged: number;
  readonly waiting: number;
  readonly submitted: number;
}

/** All that is known after a run. */
export interface Performance {
  readonly statistics: Statistics;
  /** Of a scenario that spares the provider. */
  readonly gentle?: Gentleness;
  readonly timeline: Timeline;
  readonly story: readonly StoryLine[];
  readonly simulatedSeconds: number;
  readonly eventHash: string;
}

/** Plays until every order has its result, or whoever is to see to that gives up. */
export async function play(
  scenario: Scenario,
  stage: Stage,
  orders: readonly Order[],
  audience: Audience,
): Promise<Performance> {
  const opensAt = stage.now();
  const story = new Story(
    () => stage.now() - opensAt,
    (line) => audience.line(line),
  );
  const recorder = new TimelineRecorder(stage, opensAt);
  recorder.sample();
  const plan = orders.length > 0 ? planScenario(orders, opensAt, scenario.outage) : undefined;
  if (plan !== undefined) await perform(scenario, stage, orders, plan, story, recorder, audience);
  return {
    statistics: countStatistics({
      orders,
      executions: stage.executions(),
      ledger: stage.provider.ledger(),
      poisonDepth: stage.poisonDepth(),
      attempts: stage.provider.calls().length,
    }),
    ...(scenario.gentle && plan !== undefined ? { gentle: measureOn(stage, plan, recorder) } : {}),
    timeline: recorder.finish(),
    story: story.lines,
    simulatedSeconds: (stage.now() - opensAt) / 1000,
    eventHash: stage.eventHash(),
  };
}

function measureOn(stage: Stage, { maintenanceUntil }: Plan, recorder: TimelineRecorder): Gentleness {
  const [calls, ledger] = [stage.provider.calls(), stage.provider.ledger()];
  return measureGentleness({ calls, ledger, maintenanceUntil, openedAt: recorder.openedAt });
}

async function perform(
  scenario: Scenario,
  stage: Stage,
  orders: readonly Order[],
  plan: Plan,
  story: Story,
  recorder: TimelineRecorder,
  audience: Audience,
): Promise<void> {
  const narrator = scenario.narrator(stage, story, orders.length);
  const tally = new Tally(stage);
  const onRun = () => recorder.mark("redrive");
  const redriver = scenario.redriver({ stage, plan, story, orderCount: orders.length, onRun });
  scheduleProvider(stage, plan, story, narrator, recorder);
  for (const order of orders) stage.at(plan.opensAt + order.at * 1000, () => stage.startOrder(order));
  redriver.begin();

  const expected = Math.max(plan.lastOrderAt, plan.maintenanceUntil) - plan.opensAt;
  const step = Math.max(LOOK_EVERY, Math.ceil(expected / MOST_LOOKS));
  const look = async (until: number) => {
    await stage.runUntil(until);
    recorder.sample();
    const { charged, waiting } = tally;
    audience.progress({ at: stage.now() - plan.opensAt, charged, waiting, submitted: orders.length });
  };
  while (!redriver.isFinished) {
    if (stage.now() > plan.opensAt + expected + LONGEST_WAIT) throw new Error("what waits was never redriven");
    await look(stage.now() + step);
  }
  for (const end = stage.now() + QUIET; stage.now() < end; ) await look(Math.min(end, stage.now() + step));
}

function scheduleProvider(
  stage: Stage,
  plan: Plan,
  story: Story,
  narrator: Narrator,
  recorder: TimelineRecorder,
): void {
  const change = (health: ProviderHealth) => {
    stage.provider.setHealth(health);
    recorder.setHealth(health);
  };
  for (const { at, health } of plan.health) stage.at(at, () => change(health));
  stage.at(plan.opensAt, () => story.tell("provider", "the shop opens; the payment provider is healthy"));
  stage.at(plan.maintenanceFrom, () => narrator.maintenanceBegins());
  stage.at(plan.maintenanceUntil, () => narrator.maintenanceEnds());
}
