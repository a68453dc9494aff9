// The failures that are injected: what goes wrong, and how it is mended.
import type { Json } from "@respool/simulator";
import type { Shop } from "./shop";

/** One way to fail. */
export interface Failure {
  /** What goes wrong, for the story. */
  readonly begins: string;
  /** What mends it, for the story. */
  readonly mended: string;
  /** Whether the work itself is wrong, so that nobody should ever do it. */
  readonly isNonsense?: boolean;
  /** Makes things go wrong for a function; the result mends them. */
  begin(shop: Shop, functionName: string, pieces: readonly string[]): () => void;
}

/** Into a function's process, when it has asked its slow neighbour and waits for the answer. */
const midway = 500;

function mood(shop: Shop, mood: "down" | "busy" | "silent" | "slow"): () => void {
  shop.neighbours.mood = mood;
  return () => {
    shop.neighbours.mood = "well";
  };
}

function setBehavior(shop: Shop, FunctionName: string, BEHAVIOR: string): void {
  const { Environment } = shop.call<{ Environment: { Variables: Record<string, Json> } }>(
    "lambda",
    "GetFunctionConfiguration",
    { FunctionName },
  );
  const Variables = { ...Environment.Variables, BEHAVIOR };
  shop.call("lambda", "UpdateFunctionConfiguration", { FunctionName, Environment: { Variables } });
}

export const failures = {
  client: {
    begins: "the work itself is wrong: the neighbour will never take it",
    mended: "there is nothing to mend",
    isNonsense: true,
    begin: () => () => undefined,
  },
  exception: {
    begins: "a release with a bug: the handler throws whatever it is given (BEHAVIOR=NG)",
    mended: "the bug is mended",
    begin: (shop, functionName) => {
      setBehavior(shop, functionName, "NG");
      return () => setBehavior(shop, functionName, "OK");
    },
  },
  timeout: {
    begins: "the neighbour does what it is asked to and never answers: the function times out",
    mended: "the neighbour answers again",
    begin: (shop) => mood(shop, "silent"),
  },
  memory: {
    begins: "the neighbour does what it is asked to, and its answer is more than the function's memory holds",
    mended: "the neighbour's answers are small again",
    begin: (shop, name) => {
      const well = mood(shop, "slow");
      const spared = shop.simulation.faults.intoInvocations({
        when: ({ functionName }) => functionName === name,
        fault: { kind: "outOfMemory", after: midway },
        times: Number.POSITIVE_INFINITY,
      });
      return () => {
        well();
        spared();
      };
    },
  },
  throttle: {
    begins: "Lambda throttles the function: others use up all of the account's concurrency",
    mended: "there is concurrency again",
    begin: (shop, name) =>
      shop.simulation.faults.intoInvocations({
        when: ({ functionName }) => functionName === name,
        fault: { kind: "throttle" },
        times: Number.POSITIVE_INFINITY,
      }),
  },
  busy: {
    begins: "the neighbour asks for patience: every call gets a 429",
    mended: "the neighbour has time again",
    begin: (shop) => mood(shop, "busy"),
  },
  poison: {
    begins: "the neighbour cannot take the second of the batch",
    mended: "the neighbour takes it now",
    begin: (shop, _functionName, pieces) => {
      shop.neighbours.refused = pieces[1];
      return () => {
        shop.neighbours.refused = undefined;
      };
    },
  },
  down: {
    begins: "the neighbour is down: every call gets a 503",
    mended: "the neighbour is back",
    begin: (shop) => mood(shop, "down"),
  },
} as const satisfies Readonly<Record<string, Failure>>;

export type FailureName = keyof typeof failures;
