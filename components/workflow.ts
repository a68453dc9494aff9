// A chain of steps, any of which may fail: redriven at the step that failed, so that finished ones never run again.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { plainStep } from "./asl/plainStep";
import type { Template } from "./asl/states";
import { uncertainStep } from "./asl/uncertainStep";
import { type ChainedStep, workflowDefinition } from "./asl/workflowDefinition";
import type { CircuitBreaker } from "./circuitBreaker";
import { functionLogGroup, type Observed, type ObservedParts } from "./observed";
import { type SpooledMachineTransform, spooledMachine } from "./spooledMachine";
import { checkSpool, type SpoolReference } from "./spoolReference";
import { resolveStep, type StepArgs } from "./stepArgs";
import type { TemplateInput } from "./taskTarget";
import { sourceOf } from "./uncertainTask";
import { checkArgs, inWords, matching, oneOf } from "./validate";

/** How a failed step waits. */
export type StepFailure = "resume" | "park";

/** A step of a workflow. */
export interface WorkflowStep extends StepArgs<never, unknown> {
  /** The state's name, and part of its function's: 1 to 32 characters of `0-9A-Za-z-`. */
  readonly name: string;
  /**
   * What the task is given: JSON in which strings may be `{% JSONata %}`. `$states.input` is the result of the step before, or the caller's
   * input, which is `$states.context.Execution.Input` in every step; variables are what steps before assigned.
   *
   * @default the result of the step before
   */
  readonly input?: TemplateInput;
  /** Variables for later steps, made of `$states.result`. @default none @example `assign: { reservation: "{% $states.result.id %}" }` */
  readonly assign?: Readonly<Record<string, TemplateInput>>;
  /**
   * Whether the step parks its failure itself. A step that does not has no state but its own; when it fails the execution does, and waits
   * in the spool to be resumed at it.
   *
   * @default true
   */
  readonly uncertain?: boolean;
  /**
   * - `"resume"`: the execution fails when the failure is recorded, and a redrive resumes it at this step, within 14 days. Longer outages need
   *   a breaker, so that the renewer can carry the work over.
   * - `"park"`: the execution waits for its redrive, for up to a year.
   *
   * @default that of the workflow
   */
  readonly onFailure?: StepFailure;
}

/** Arguments of a Workflow. */
export interface WorkflowArgs {
  /** Where failed work waits. */
  readonly spool: SpoolReference;
  /** One after the other; the result of each is the input of the next. */
  readonly steps: readonly WorkflowStep[];
  /** Of steps that do not say. @default "resume" */
  readonly onFailure?: StepFailure;
  /** The name under which failures are recorded: 1 to 64 characters of `0-9A-Za-z.-_`. @default the component's name */
  readonly source?: string;
  /** Whether executions are traced by X-Ray. @default true */
  readonly tracing?: boolean;
  /** Tags of every resource that has tags. @default none */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Changes to the resources that this component creates. @default none */
  readonly transform?: SpooledMachineTransform;
}

const stepName = /^[0-9A-Za-z-]{1,32}$/;

/**
 * A Standard state machine of steps that take their turns, each of which may take minutes or hours, and any of which may fail. A redrive runs
 * the step that failed, and what comes after it; what was done is not done again.
 *
 * Step Functions ends an execution after a year, and keeps its history at 25,000 events: work that waits longer, or fails more often, goes to
 * the poison queue.
 *
 * @example
 * ```ts
 * new Workflow("fulfil-order", {
 *   spool,
 *   steps: [
 *     { name: "reserve", task: async (order: Order) => reserve(order) },
 *     { name: "charge", task: async (order: Order) => charge(order), breaker: paymentProvider },
 *     { name: "ship", task: async (order: Order) => ship(order), onFailure: "park" },
 *   ],
 * });
 * ```
 * @throws when an argument is not allowed
 */
export class Workflow extends pulumi.ComponentResource implements Observed {
  readonly stateMachine: aws.sfn.StateMachine;
  /** The state machine's role. */
  readonly role: aws.iam.Role;
  /** The functions of the steps that are closures or functions, by step. */
  readonly functions: Readonly<Record<string, aws.lambda.Function>>;
  /** The state machine's ARN: start executions of it. */
  readonly arn: pulumi.Output<string>;
  /** The logical source that failure records name. */
  readonly source: string;
  /** Where its failures go. */
  readonly spool: SpoolReference;
  /** How long an execution can take, in seconds, every attempt and wait included. */
  readonly longestExecutionSeconds: pulumi.Output<number>;
  /** The circuit breakers that its steps ask first, by step. */
  readonly breakers: Readonly<Record<string, CircuitBreaker>>;
  /** Whether its work may be parked without an attempt. */
  readonly holds: boolean;
  /** Its executions go on when they are redriven, and never begin anew. */
  readonly resumes = true;
  /** Whether its executions wait for their redrive, at one step or another. */
  readonly parks: boolean;
  /** What a Dashboard and SavedQueries show of it. */
  readonly observed: ObservedParts;

  constructor(name: string, args: WorkflowArgs, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:Workflow", name, {}, opts);
    checkArgs(args, "spool", "steps");
    const { spool, tags, transform = {}, tracing = true } = args;
    checkSpool(spool);
    this.spool = spool;
    checkSteps(args.steps);
    const onFailure = stepFailure("onFailure", args.onFailure ?? "resume");
    const source = sourceOf(name, args.source);
    this.source = source;
    const steps = args.steps.map((step, index) => resolved(name, step, index, this));
    const definition = pulumi
      .all([spool.url, pulumi.all(steps.map(({ parts }) => parts))])
      .apply(([queueUrl, known]) => {
        const chain = known.map(({ controls, assign }, index): ChainedStep => {
          const { name: task, uncertain = true, onFailure: own = onFailure } = args.steps[index] as WorkflowStep;
          const common = { ...controls, task, assign: assign as Readonly<Record<string, Template>> | undefined };
          return (after) =>
            uncertain
              ? uncertainStep({
                  ...common,
                  names: (state) => `${task}: ${state}`,
                  source,
                  step: task,
                  queueUrl,
                  onFailure: own,
                  outcome: "succeed",
                  after,
                })
              : plainStep({ ...common, after });
        });
        return workflowDefinition(`Takes the steps of ${source}, and keeps in the spool what fails.`, chain);
      });
    const machine = spooledMachine(
      name,
      {
        source,
        spool,
        definition,
        permissions: steps.flatMap((step) => step.permissions),
        leases: steps.flatMap((step) => step.leases),
        waitSeconds: pulumi
          .all(steps.map((step) => step.waitSeconds))
          .apply((waits) => waits.reduce((sum, wait) => sum + wait, 0)),
        resumes: true,
        tracing,
        tags,
        transform,
      },
      this,
    );
    this.stateMachine = machine.stateMachine;
    this.role = machine.role;
    this.parks = args.steps.some((step) => step.uncertain !== false && (step.onFailure ?? onFailure) === "park");
    this.holds = steps.some(({ holds }) => holds);
    this.breakers = Object.fromEntries(
      steps.flatMap(({ name: step, breaker }) => (breaker === undefined ? [] : [[step, breaker] as const])),
    );
    this.arn = machine.stateMachine.arn;
    this.longestExecutionSeconds = machine.longestExecutionSeconds;
    const functions = steps.flatMap((step) =>
      step.function === undefined ? [] : [[step.name, step.function] as const],
    );
    this.functions = Object.fromEntries(functions);
    this.observed = {
      kind: "task",
      title: name,
      stateMachineArn: this.arn,
      logGroupNames: functions.map(([, lambda]) => functionLogGroup(lambda)),
    };
    this.registerOutputs({ arn: this.arn, source });
  }
}

function resolved(name: string, step: WorkflowStep, index: number, parent: pulumi.Resource) {
  const argument = `steps[${index}]`;
  if (step.onFailure !== undefined) stepFailure(`${argument}.onFailure`, step.onFailure);
  if (step.uncertain === false) checkPlain(argument, step);
  const child = { name: `${name}-${step.name}`, options: { parent } };
  const { controls, ...rest } = named(argument, () => resolveStep(step.name, step, child));
  // Widened to unknown, or the compiler follows the recursive type through every level of Output.
  const templates: unknown = [step.input, step.assign];
  const parts = pulumi.all([controls, pulumi.output(templates)]).apply(([known, plain]) => {
    const [input, assign] = plain as [unknown, unknown];
    const call = input === undefined ? known.call : { ...known.call, arguments: input };
    return { controls: { ...known, call }, assign };
  });
  return { ...rest, name: step.name, parts };
}

function checkSteps(steps: readonly WorkflowStep[]): void {
  if (!Array.isArray(steps) || steps.length === 0) {
    throw new Error(`[steps] must hold at least one step, got ${inWords(steps)}`);
  }
  const names = steps.map((step, index) => {
    const pattern = `1 to 32 characters of 0-9, A-Z, a-z and "-"`;
    return matching(`steps[${index}].name`, step.name, stepName, pattern).toLowerCase();
  });
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Error(`[steps] must have names of their own, got ${inWords(twice)} twice`);
  }
}

function stepFailure(argument: string, value: StepFailure): StepFailure {
  const given: string = value;
  if (given === "restart") {
    throw new Error(
      `[${argument}] must be "resume" or "park", since a restart would run finished steps again, got "restart"`,
    );
  }
  return oneOf(argument, value, ["resume", "park"]);
}

function checkPlain(argument: string, step: WorkflowStep): void {
  const useless = (["semaphore", "breaker", "onFailure"] as const).find((option) => step[option] !== undefined);
  if (useless !== undefined) {
    throw new Error(`[${argument}.${useless}] must be left out where [${argument}.uncertain] is false`);
  }
}

/** Adds to an error which of the steps it is about. */
function named<T>(argument: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Error(`${argument}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
