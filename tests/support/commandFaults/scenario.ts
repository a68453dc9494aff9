// What may happen to commands: who asks for them and when, and everything that goes wrong meanwhile. Plain data, which shrinks and reads well.
import * as fc from "fast-check";

/** The functions of tests/cycle/program/commandFaults.ts. */
export const functionNames = ["orders", "stock", "ship", "shop", "admin", "reprocess", "reconcile", "edit"] as const;
export type FunctionName = (typeof functionNames)[number];

/** A command that somebody asks for. Times are seconds since the beginning. */
export interface Asked {
  readonly at: number;
  /** By the API, by the admin's tool, or by a message in the queue that nobody accepted. */
  readonly by: "api" | "tool" | "message";
  /** Whether all attempts have one idempotency key; without it, each makes another command. */
  readonly keyed: boolean;
  /** Somebody else asks for the same so many seconds later, with the same key. */
  readonly again?: number;
  readonly data: "good" | "invalid" | "sold out";
  /** Somebody cancels it so many seconds later. */
  readonly cancel?: number;
}

export type Mood = "answers 503" | "answers 402" | "hangs" | "charges and hangs";

export type CallFaultName =
  | "throttle"
  | "error before"
  | "error after"
  /** Whoever calls may have given up. */
  | "latency"
  /** It takes effect when another attempt may have begun. */
  | "long latency"
  | "crash before"
  | "crash after";

export type Trouble =
  | {
      readonly at: number;
      readonly what: CallFaultName;
      /** "service.Action" */
      readonly call: string;
      /** Whose calls; everybody's. */
      readonly of: FunctionName | "anybody";
      readonly skip: number;
      readonly times: number;
    }
  | {
      readonly at: number;
      readonly what: "out of memory" | "death" | "no concurrency";
      readonly of: FunctionName;
      /** Milliseconds that the handler runs before. */
      readonly after: number;
      readonly times: number;
    }
  | {
      readonly at: number;
      readonly what: "delivery";
      /** As the simulator calls it. */
      readonly kind: string;
      /** Seconds late, once for each arrival. */
      readonly arrivals: readonly number[];
      readonly skip: number;
      readonly times: number;
    }
  | { readonly at: number; readonly what: "provider"; readonly mood: Mood; readonly seconds: number };

export interface Redrive {
  readonly at: number;
  /** Runs that begin together. */
  readonly runs: 1 | 2;
  readonly rejected: boolean;
  /** Whether somebody mends data that cannot be done at the same time. */
  readonly edits: boolean;
}

export interface Scenario {
  readonly seed: number;
  readonly asked: readonly Asked[];
  readonly troubles: readonly Trouble[];
  readonly redrives: readonly Redrive[];
}

/** Everything begins within so many seconds. */
export const chaosSeconds = 600;

/** What each of them calls: most of a command's life is writes of its status and of Powertools' results. */
const callsOf: readonly (readonly [of: FunctionName | "anybody", calls: readonly string[]])[] = [
  [
    "orders",
    [
      "dynamodb.PutItem",
      "dynamodb.UpdateItem",
      "dynamodb.DeleteItem",
      "dynamodb.TransactWriteItems",
      "sqs.SendMessage",
      "states.StartExecution",
      "any",
    ],
  ],
  [
    "stock",
    [
      "dynamodb.PutItem",
      "dynamodb.UpdateItem",
      "dynamodb.DeleteItem",
      "dynamodb.TransactWriteItems",
      "sqs.SendMessage",
    ],
  ],
  ["shop", ["dynamodb.PutItem", "dynamodb.UpdateItem", "sqs.SendMessage", "any"]],
  ["admin", ["dynamodb.PutItem", "dynamodb.UpdateItem", "sqs.SendMessage"]],
  ["reprocess", ["sqs.ReceiveMessage", "sqs.DeleteMessageBatch", "states.StartExecution", "any"]],
  ["anybody", ["lambda.Invoke", "sqs.SendMessage", "dynamodb.UpdateItem", "any"]],
];

const asked: fc.Arbitrary<Asked> = fc.record(
  {
    at: fc.nat(90),
    by: fc.constantFrom("api", "tool", "message"),
    keyed: fc.boolean(),
    again: fc.nat(60),
    data: fc.oneof({ weight: 6, arbitrary: fc.constant("good" as const) }, fc.constantFrom("invalid", "sold out")),
    cancel: fc.nat(20),
  },
  { requiredKeys: ["at", "by", "keyed", "data"] },
);

const at = fc.oneof(fc.constant(0), fc.nat(60), fc.nat(chaosSeconds / 2));
const times = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 30 }));
const skip = fc.oneof(fc.nat(3), fc.nat(12));
const call = fc.constantFrom(...callsOf.flatMap(([of, calls]) => calls.map((name) => ({ of, call: name }))));
const callTrouble = fc
  .tuple(
    call,
    fc.record({
      at,
      what: fc.constantFrom<CallFaultName>(
        "throttle",
        "error before",
        "error after",
        "latency",
        "long latency",
        "long latency",
        "crash before",
        "crash after",
      ),
      skip,
      times,
    }),
  )
  .map(([which, fault]) => ({ ...fault, ...which }));
const invocationTrouble = fc.record({
  at,
  what: fc.constantFrom("out of memory", "death", "no concurrency"),
  of: fc.constantFrom(...functionNames),
  after: fc.oneof(fc.nat(300), fc.nat(6_000)),
  times,
});

/** What AWS may do: queues lose nothing, and of buses some events never arrive. */
const twiceOrLate = fc.constantFrom([0, 0], [0, 1], [0, 60], [30], [0, 400], [0, 0, 0]);
const deliveryTrouble = fc.oneof(
  fc.record({ kind: fc.constant("sqs.delivery"), arrivals: twiceOrLate }),
  fc.record({ kind: fc.constant("sqs.redelivery"), arrivals: fc.oneof(fc.constant([]), twiceOrLate) }),
  fc.record({
    kind: fc.constantFrom("events.statusChange", "events.target"),
    arrivals: fc.oneof(fc.constant([]), twiceOrLate),
  }),
);
const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 6, arbitrary: callTrouble },
  { weight: 2, arbitrary: invocationTrouble },
  {
    weight: 3,
    arbitrary: fc
      .tuple(deliveryTrouble, fc.record({ at, skip, times }))
      .map(([delivery, when]) => ({ what: "delivery" as const, ...delivery, ...when })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      at,
      what: fc.constant("provider" as const),
      mood: fc.constantFrom<Mood>("answers 503", "answers 402", "hangs", "charges and hangs"),
      seconds: fc.integer({ min: 5, max: 300 }),
    }),
  },
);

const redrive = fc.record({
  at: fc.integer({ min: 60, max: chaosSeconds }),
  runs: fc.constantFrom(1 as const, 2 as const),
  rejected: fc.boolean(),
  edits: fc.boolean(),
});

/** As much as there can be, as often as little: what goes wrong together is what nobody thought of. */
export const scenarios: fc.Arbitrary<Scenario> = fc.noBias(
  fc.record({
    seed: fc.nat(1_000_000),
    asked: fc.array(asked, { minLength: 1, maxLength: 8, size: "max" }),
    troubles: fc.array(trouble, { maxLength: 12, size: "max" }),
    redrives: fc.array(redrive, { maxLength: 4, size: "max" }),
  }),
);

/** The scenario as a list in the order of time. */
export function told({ seed, asked: all, troubles, redrives }: Scenario): string {
  const lines = [
    ...all.map(({ at: when, ...command }, index) => ({ when, line: `order-${index} is asked for ${shown(command)}` })),
    ...troubles.map(({ at: when, ...rest }) => ({ when, line: shown(rest) })),
    ...redrives.map(({ at: when, ...rest }) => ({ when, line: `redrive ${shown(rest)}` })),
  ].sort((left, right) => left.when - right.when);
  return [`simulation of seed ${seed}`, ...lines.map(({ when, line }) => `${when} s: ${line}`)].join("\n");
}

function shown(value: object): string {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${name} ${typeof member === "string" ? member : JSON.stringify(member)}`)
    .join(", ");
}
