// What a ReprocessFunction may redrive, by logical source: state machines, and what the launcher replays.
import * as pulumi from "@pulumi/pulumi";
import type { DeadLetterQueueConfig, ReconciledSource } from "../handlers/config";
import { CircuitBreaker } from "./circuitBreaker";
import { type Duration, toSeconds } from "./duration";
import type { Launcher } from "./launcher";
import type { ReplaySource } from "./replaySource";
import type { SpoolReference } from "./spoolReference";
import { stateMachineArn } from "./stateMachineArn";
import { sourceInWords, sourcePattern, UncertainTask } from "./uncertainTask";
import { inWords, matching, validated } from "./validate";
import { Workflow } from "./workflow";

/** A state machine of another stack. */
export interface SourceArgs {
  readonly stateMachineArn: pulumi.Input<string>;
  /** State machines that did this work before they were replaced, so that failures of theirs can still be redriven. @default none */
  readonly formerStateMachineArns?: readonly pulumi.Input<string>[];
  /**
   * How long an execution can take: how far back the reconciler looks for one that has just ended. State it, or a machine with many failures
   * makes the reconciler read a year of them; but leave it out where executions go on (`resumes`), for they may end long after they began.
   *
   * @default "365 days"
   */
  readonly longestExecution?: Duration;
  /**
   * True where executions go on when they are redriven, at a gate or with a task token, and never begin anew: earlier steps must not run again.
   *
   * @default false
   */
  readonly resumes?: boolean;
  /** True where work may be parked without an attempt, as by a semaphore. @default whether there is a `breaker` */
  readonly holds?: boolean;
  /** The circuit breaker that its attempts ask first: a run asks it before it redrives. @default none */
  readonly breaker?: CircuitBreaker;
}

/** A component around a state machine of one's own, which writes the library's records. */
export interface StateMachineSource {
  /** The logical source that its records name. */
  readonly source: string;
  /** Its state machine, and how long an execution of it can take. */
  readonly redrive: SourceArgs;
  /** Where its records go: the spool of the ReprocessFunction that redrives them. @default unknown, and not checked */
  readonly spool?: SpoolReference;
}

/** What can be redriven: an uncertain task, a state machine of one's own, or a component whose failures the launcher replays. */
export type Redrivable = UncertainTask<never, unknown> | Workflow | StateMachineSource | ReplaySource;

/** Components, or by logical source: uncertain tasks, ARNs of state machines, or ARNs and more. */
export type Sources = readonly Redrivable[] | Readonly<Record<string, Redrivable | pulumi.Input<string> | SourceArgs>>;

/** A source whose ARNs may not be known yet. */
export interface DeclaredSourceArgs {
  readonly name: string;
  /** The launcher's where `replayed` is given. */
  readonly stateMachineArn: pulumi.Output<string>;
  readonly formerStateMachineArns: readonly pulumi.Output<string>[];
  readonly longestExecutionSeconds: pulumi.Output<number>;
  /** The component whose failures the launcher replays. */
  readonly replayed?: ReplaySource;
  /** Whether it is the launcher. */
  readonly launches: boolean;
  /** Whether its executions go on when they are redriven. @default false */
  readonly resumes?: boolean;
  /** Whether they may wait for task tokens: a state machine of one's own says only whether it resumes. @default `resumes` */
  readonly parks?: boolean;
  /** The circuit breaker that its attempts ask first. */
  readonly breaker?: CircuitBreaker;
  /** Those of a workflow, by step. @default none */
  readonly breakers?: Readonly<Record<string, CircuitBreaker>>;
  /** Whether its work may be parked without an attempt. */
  readonly holds?: boolean;
}

const year = 365 * 86_400;

/** Those of the sources that the launcher replays. */
export function replaySources(sources: Sources): ReplaySource[] {
  return Object.values(sources).filter(isReplaySource);
}

/**
 * @param launcher declared beside them
 * @throws when there is none, two of one name, or one that is replayed without a launcher, or with one that does not know it
 */
export function declareSources(sources: Sources, launcher: Launcher | undefined): DeclaredSourceArgs[] {
  checkSources(sources);
  const declared = isList(sources)
    ? sources.map((component) => declare(component.source, component, launcher))
    : Object.entries(sources).map(([name, source]) => declare(nameOf(name, source), source, launcher));
  if (declared.length === 0) {
    throw new Error("[sources] must hold at least one uncertain task or state machine, got none");
  }
  if (launcher !== undefined) {
    declared.push({ ...declareLauncher(launcher), name: launcher.source, launches: true });
  }
  const names = declared.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Error(`[sources] must have names of their own, got ${inWords(twice)} twice`);
  }
  return declared;
}

/** The sources as handlers are told them. */
export function configuredSources(
  declared: readonly DeclaredSourceArgs[],
): pulumi.Output<Record<string, ReconciledSource>> {
  const all = declared.map(
    ({ name, stateMachineArn, formerStateMachineArns, longestExecutionSeconds, replayed, launches, ...redriven }) =>
      pulumi
        .all([
          stateMachineArn,
          pulumi.all([...formerStateMachineArns]),
          longestExecutionSeconds,
          pulumi.all([...(replayed?.replay.origins ?? [])]),
          pulumi.output(redriven.breaker?.tableName),
          pulumi.all(
            Object.entries(redriven.breakers ?? {}).map(([step, { tableName }]) => pulumi.all([step, tableName])),
          ),
        ])
        .apply(([arn, former, longest, origins, tableName, byStep]): [string, ReconciledSource] => [
          name,
          {
            stateMachineArn: arn,
            ...(former.length === 0 ? {} : { formerStateMachineArns: former }),
            ...(replayed === undefined ? { longestExecutionSeconds: longest } : { origins }),
            ...(launches ? { launches: true } : {}),
            ...(replayed?.replay.commands ? { commands: true } : {}),
            ...(redriven.resumes ? { resumes: true } : {}),
            ...(tableName === undefined ? {} : { breaker: { tableName } }),
            ...(byStep.length === 0 ? {} : { breakers: breakersOf(byStep) }),
            ...(redriven.holds ? { holds: true } : {}),
          },
        ]),
  );
  return pulumi.all(all).apply((entries) => Object.fromEntries(entries));
}

/** The queues beside the spool that the sources have, as handlers are told them. */
export function configuredQueues(declared: readonly DeclaredSourceArgs[]): pulumi.Output<DeadLetterQueueConfig[]> {
  return pulumi.all(
    declared.flatMap(({ name, replayed }) => {
      const url = replayed?.replay.deadLetterQueue?.url;
      return url === undefined ? [] : [url.apply((known): DeadLetterQueueConfig => ({ url: known, source: name }))];
    }),
  );
}

/** @throws when it is something else, such as one component, or holds something else, such as the spool */
export function checkSources(sources: Sources): void {
  const isCollection = isObject(sources) && !pulumi.Resource.isInstance(sources) && !pulumi.Output.isInstance(sources);
  if (!isCollection) {
    throw new Error(
      `[sources] must be a list of components, or an object of components and ARNs by logical source, got ${inWords(sources)}`,
    );
  }
  for (const [name, source] of Object.entries(sources)) {
    const isKnown = isRedrivable(source) || (!isList(sources) && isByArn(source));
    if (!isKnown) {
      const component = "an UncertainTask, another component whose failures are redriven, or one with [redrive]";
      const beside = isList(sources) ? "ARNs stand in an object, by logical source" : "or an ARN or [stateMachineArn]";
      throw new Error(`[sources.${name}] must be ${component} (${beside}), got ${inWords(source)}`);
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isRedrivable(source: unknown): boolean {
  const isOwn = source instanceof UncertainTask || source instanceof Workflow;
  return isOwn || isReplaySource(source) || isStateMachineSource(source);
}

function isByArn(source: unknown): boolean {
  const isInput = typeof source === "string" || pulumi.Output.isInstance(source) || source instanceof Promise;
  return isInput || (isObject(source) && "stateMachineArn" in source);
}

function isList(sources: Sources): sources is readonly Redrivable[] {
  return Array.isArray(sources);
}

function isStateMachineSource(source: unknown): source is StateMachineSource {
  return isObject(source) && "redrive" in source && !pulumi.Output.isInstance(source);
}

function isReplaySource(source: unknown): source is ReplaySource {
  return isObject(source) && "replay" in source && !pulumi.Output.isInstance(source);
}

/** @throws when a component is declared under another name than the one that its own configuration bears */
function nameOf(name: string, source: unknown): string {
  matching("sources", name, sourcePattern, `named by ${sourceInWords}`);
  if ((isReplaySource(source) || isStateMachineSource(source)) && source.source !== name) {
    throw new Error(
      `[sources.${name}] must have the name of its component, ${inWords(source.source)}: set [source] there`,
    );
  }
  return name;
}

function declare(
  name: string,
  source: Redrivable | pulumi.Input<string> | SourceArgs,
  launcher: Launcher | undefined,
): DeclaredSourceArgs {
  if (source instanceof UncertainTask || source instanceof Workflow) {
    const { arn, longestExecutionSeconds } = source;
    return {
      name,
      stateMachineArn: arn,
      formerStateMachineArns: [],
      longestExecutionSeconds,
      launches: false,
      ...controlsOf(source),
    };
  }
  if (isReplaySource(source)) {
    if (launcher === undefined) {
      throw new Error(
        `[launcher] must be given, since failures of ${inWords(name)} in [sources] are replayed, got none`,
      );
    }
    if (!launcher.sources.includes(source)) {
      const known = launcher.sources.map((one) => inWords(one.source)).join(", ");
      throw new Error(
        `[launcher] must have ${inWords(name)} of [sources] among its own sources, since it replays its failures, got ${known}`,
      );
    }
    return { ...declareLauncher(launcher), name, replayed: source };
  }
  if (isStateMachineSource(source)) {
    return declare(name, source.redrive, launcher);
  }
  const args = isArgs(source) ? source : { stateMachineArn: source };
  const checked = (arn: pulumi.Input<string>) =>
    pulumi.output(validated(arn, (value) => stateMachineArn(`sources.${name}`, value)));
  return {
    name,
    stateMachineArn: checked(args.stateMachineArn),
    formerStateMachineArns: (args.formerStateMachineArns ?? []).map(checked),
    longestExecutionSeconds: pulumi.output(
      toSeconds(`sources.${name}.longestExecution`, args.longestExecution ?? "365 days", { minimum: 1, maximum: year }),
    ),
    launches: false,
    ...controlsOf(args),
  };
}

/** What stands before the attempts of a component, and whether its executions go on, where it says so. */
function controlsOf(source: object): Pick<DeclaredSourceArgs, "breaker" | "breakers" | "holds" | "resumes" | "parks"> {
  const breaker = "breaker" in source && source.breaker instanceof CircuitBreaker ? source.breaker : undefined;
  const breakers = source instanceof Workflow ? source.breakers : {};
  const holds = breaker !== undefined || ("holds" in source && source.holds === true);
  const resumes = "resumes" in source && source.resumes === true;
  return {
    ...(breaker === undefined ? {} : { breaker }),
    ...(Object.keys(breakers).length === 0 ? {} : { breakers }),
    ...(holds ? { holds } : {}),
    ...(resumes ? { resumes, parks: !("parks" in source) || source.parks === true } : {}),
  };
}

function breakersOf(byStep: readonly (readonly [string, string])[]): Record<string, { readonly tableName: string }> {
  return Object.fromEntries(byStep.map(([step, tableName]) => [step, { tableName }]));
}

/** What holds for the launcher and all that it replays. */
function declareLauncher({ source, task, formerStateMachineArns }: Launcher): DeclaredSourceArgs {
  return { ...declare(source, task, undefined), formerStateMachineArns };
}

function isArgs(source: pulumi.Input<string> | SourceArgs): source is SourceArgs {
  return typeof source === "object" && "stateMachineArn" in source && !pulumi.Output.isInstance(source);
}
