// The state machine that asks for an order's status: throttling is waited out, a neighbour that is down is left alone.
import {
  catchErrors,
  functionCall,
  longestExecutionSeconds,
  retriers,
  type StateMachineDefinition,
  spoolFailedState,
  spoolState,
  taskState,
} from "../components";

export interface OrderStatusOptions {
  /** The logical source that its failure records name. */
  readonly source: string;
  readonly functionArn: string;
  /** Of one attempt; longer than the function's own. */
  readonly timeoutSeconds: number;
  readonly queueUrl: string;
  /** How often it waits out throttling before the work goes to the spool. */
  readonly waits: number;
  /** How long each wait is. */
  readonly waitSeconds: number;
}

/**
 * `TooManyRequestsException` is retried twice at 1 second; then the execution waits, and tries again, a bounded number of times.
 * `ServerUnavailableException` is not retried: that neighbour does not want our calls now. Both end in the spool, as does every other
 * error, after one retry.
 */
export function orderStatusDefinition(options: OrderStatusOptions): StateMachineDefinition {
  const { source, functionArn, timeoutSeconds, queueUrl, waits, waitSeconds } = options;
  const task = taskState({
    call: functionCall(functionArn),
    timeoutSeconds,
    // Throttling twice after 1 second and all others once after 5 are the library's own policy.
    retry: retriers(["ServerUnavailableException", "UnknownOrderError"]),
    failed: "ErrorSpool",
  });
  return {
    Comment: `Asks for an order's status (${source}); what fails for good is kept in the spool.`,
    QueryLanguage: "JSONata",
    StartAt: "Begin",
    States: {
      Begin: { Type: "Pass", Assign: { waits: 0 }, Next: "AskWarehouse" },
      AskWarehouse: {
        ...task,
        Catch: [
          catchErrors(["TooManyRequestsException", "Lambda.TooManyRequestsException"], "Throttled"),
          catchErrors(["ServerUnavailableException"], "WarehouseDown"),
          ...task.Catch,
        ],
      },
      Throttled: {
        Type: "Choice",
        Comment: "The warehouse is busy, not broken: asking later helps, but not for ever.",
        Choices: [{ Condition: `{% $waits < ${waits} %}`, Next: "WaitAWhile" }],
        Default: "ErrorSpool",
      },
      WaitAWhile: {
        Type: "Wait",
        Seconds: waitSeconds,
        Assign: { waits: "{% $waits + 1 %}" },
        Next: "AskWarehouse",
      },
      WarehouseDown: {
        Type: "Pass",
        Comment: "Nobody asks again before the warehouse is back and somebody redrives.",
        Next: "ErrorSpool",
      },
      ErrorSpool: spoolState({ source, queueUrl, failed: "SpoolFailed", after: { End: true } }),
      SpoolFailed: spoolFailedState(),
    },
  };
}

/** How long an execution can take at most, in seconds: each wait is followed by all attempts again. */
export function longestOrderStatusSeconds(options: OrderStatusOptions): number {
  const { waits, waitSeconds } = options;
  return (waits + 1) * longestExecutionSeconds(orderStatusDefinition(options)) + waits * waitSeconds;
}
