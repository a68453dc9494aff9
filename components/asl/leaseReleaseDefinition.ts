// The state machine that frees what an execution held that ended without giving it back: aborted, timed out, or failed where nothing is caught.
import {
  freeLease,
  keyText,
  leasesWhere,
  leaseVariable,
  readItem,
  type SemaphoreUse,
  tableCall,
} from "./semaphoreLease";
import { expression, type StateMachineDefinition, type States } from "./states";

/** A step's lease, as far as freeing it goes. */
export interface ReleasedUse {
  readonly use: Pick<SemaphoreUse, "tableName" | "key">;
  /** How long the step's work may go on after its execution ended, in seconds: `runsOnSeconds`. */
  readonly holdSeconds: number;
}

/** A call that was under way when the execution ended may take its lease as long as it had time. */
const settleSeconds = tableCall.TimeoutSeconds + 5;

const detail = "$states.input.detail";
const input = expression("$states.input");
const stopped = `${detail}.stopDate / 1000`;

/** JSONata source: whether an owner is of the run that ended, or of one before: what was redriven since holds a lease of its own. */
const isOfRun = [
  "$substring($name, 0, $length($owner)) = $owner",
  `$number($split($substring($name, $length($owner)), "#")[0]) <= ${detail}.redriveCount`,
].join(" and ");

/** JSONata source: how the names of this execution's owners begin. */
const ownerSource = `($arn := $split(${detail}.executionArn, ":"); $arn[6] & ":" & $arn[7] & "#")`;

/**
 * The machine's input is the status-change event. Four transitions when nothing is held (Settle, Look, Held, Done), two for each further use,
 * and four for each lease that it frees.
 *
 * Whatever goes wrong here, the lease expires; so it does when the event leaves out the input that the key comes from
 * (https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html).
 */
export function leaseReleaseDefinition(uses: readonly ReleasedUse[]): StateMachineDefinition {
  const first = uses.length === 0 ? "Done" : nameOf("Look", 0);
  const states: States = {
    Settle: {
      Type: "Wait",
      Comment: "A lease that is being taken as the execution ends is seen afterwards.",
      Seconds: secondsUntil(`${stopped} + ${settleSeconds}`),
      Next: first,
    },
  };
  for (const [index, use] of uses.entries()) {
    Object.assign(states, useStates(use, index, index + 1 < uses.length ? nameOf("Look", index + 1) : "Done"));
  }
  return {
    Comment: "Frees the leases of executions that ended without giving them back.",
    QueryLanguage: "JSONata",
    StartAt: "Settle",
    States: { ...states, Done: { Type: "Pass", End: true } },
  };
}

const nameOf = (state: string, index: number) => (index === 0 ? state : `${state} ${index + 1}`);

/** Step Functions takes whole seconds. */
function secondsUntil(moment: string) {
  return expression(`$max([1, $ceil(${moment} - $millis() / 1000)])`);
}

function useStates({ use, holdSeconds }: ReleasedUse, index: number, next: string): States {
  const key = keyText(use.key, `$parse(${detail}.input)`);
  const look = nameOf("Look", index);
  const given = { Output: input, Catch: [{ ErrorEquals: ["States.ALL"], Output: input, Next: next }] };
  const seen = "$lookup($states.result.Item, $leases[0]).N";
  const first = `{"owner": $leases[0], "expires": $number(${seen})}`;
  return {
    [look]: {
      Type: "Task",
      ...readItem(use.tableName, key),
      ...tableCall,
      Assign: {
        [leaseVariable]: expression(
          `($owner := ${ownerSource}; $leases := ${leasesWhere(isOfRun)}; $count($leases) = 0 ? null : ${first})`,
        ),
      },
      ...given,
      Next: nameOf("Held", index),
    },
    [nameOf("Held", index)]: {
      Type: "Choice",
      Choices: [{ Condition: expression(`$${leaseVariable} = null`), Next: next }],
      Default: nameOf("Wait", index),
    },
    [nameOf("Wait", index)]: {
      Type: "Wait",
      Comment: "Until what was called cannot run any more.",
      Seconds: secondsUntil(`$min([${stopped} + ${holdSeconds}, $${leaseVariable}.expires])`),
      Next: nameOf("Free", index),
    },
    [nameOf("Free", index)]: {
      Type: "Task",
      ...freeLease(use.tableName, key, expression(`$${leaseVariable}.owner`)),
      ...tableCall,
      ...given,
      Next: look,
    },
  };
}
