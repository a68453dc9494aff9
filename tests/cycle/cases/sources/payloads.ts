// Payloads come back byte for byte, however large they are and whatever numbers they hold.
import { expect } from "vitest";
import type { Cycle, CycleCase } from "../../cycleCase";
import { direct, event, kinesis, type Origin, queue, topic } from "./origins";

declare global {
  interface JSON {
    /** A value that JSON.stringify writes as this text. */
    rawJSON(text: string): object;
  }
}

const program = "sources.ts";

/** What JavaScript would round, or write otherwise. */
const exact = { amount: JSON.rawJSON("12345678901234567890"), rate: JSON.rawJSON("1.0"), tiny: JSON.rawJSON("1E-7") };
const exactText = '"amount":12345678901234567890,"rate":1.0,"tiny":1E-7';

interface Sample {
  readonly origin: Origin;
  /** Characters beside the order. */
  readonly filler: number;
  /** Whether its service keeps the text: EventBridge writes the event anew. @default true */
  readonly exact?: boolean;
  /** Whether it is beyond what an execution's input and a record of its failure have room for. */
  readonly byReference?: boolean;
}

const samples: readonly Sample[] = [
  { origin: direct, filler: 150_000 },
  { origin: direct, filler: 300_000, byReference: true },
  { origin: direct, filler: 900_000, byReference: true },
  { origin: event, filler: 150_000, exact: false },
  { origin: topic, filler: 150_000 },
  { origin: queue, filler: 150_000 },
  { origin: queue, filler: 300_000, byReference: true },
  { origin: queue, filler: 900_000, byReference: true },
  { origin: kinesis, filler: 700_000, byReference: true },
];

async function give(cycle: Cycle, origin: Origin, filler: number): Promise<void> {
  const order = { order: "o-1", ...exact, filler: "x".repeat(filler) };
  await cycle.provider.behave(503);
  await origin.give(cycle, order);
  await cycle.backend.quiet();
}

function replayed({ origin, filler, byReference = false, exact: isExact = true }: Sample): CycleCase {
  return {
    name: `${origin.name} of ${filler / 1000} KB is replayed as it was`,
    needs: "control",
    program,
    async run(cycle) {
      const payloads = cycle.control.payloads(cycle.output(origin.functionOutput));
      await give(cycle, origin, filler);
      const [first = ""] = payloads;
      const before = payloads.length;
      expect(contentOf(first).slice(0, 1000).includes(exactText)).toBe(isExact);
      // The replay fails, too, and so is recorded anew.
      expect(await cycle.redrive()).toMatchObject({ success: 1, poisoned: 0 });
      await cycle.provider.behave(200);
      expect(await cycle.redrive()).toMatchObject({ success: 1, poisoned: 0, remaining: 0 });
      expect(payloads.length).toBeGreaterThan(before + 1);
      // Not compared by an assertion, which would print them.
      expect(payloads.slice(before).filter((payload) => contentOf(payload) !== contentOf(first))).toHaveLength(0);
      const inputs = (await cycle.backend.executions(cycle.launcher)).map(({ input }) => input as LaunchInput);
      for (const { replay } of inputs) expect(replay.object !== undefined).toBe(byReference);
      await cycle.expectChargedOnce(["o-1"], cycle.launcher);
    },
  };
}

interface LaunchInput {
  readonly replay: { readonly object?: object };
}

interface PayloadRecord {
  readonly body?: string;
  readonly Sns?: { readonly Message: string };
  readonly kinesis?: { readonly data: string };
}

/** What somebody sent. Around it, a queue message's attributes (how often it was received, for instance) are others at each attempt. */
function contentOf(payload: string): string {
  const { Records } = JSON.parse(payload) as { readonly Records?: readonly PayloadRecord[] };
  const { body, Sns, kinesis: record } = Records?.[0] ?? {};
  return body ?? Sns?.Message ?? (record && Buffer.from(record.data, "base64").toString()) ?? payload;
}

export const payloadCases: readonly CycleCase[] = [
  ...samples.map(replayed),
  {
    name: "a message's text reaches its function as it was sent, numbers included",
    program,
    async run(cycle) {
      const body =
        '{ "order":"o-1","verbatim":true,\n\t"amount":12345678901234567890, "rate":1.0, "text":"ü\\u00fc\u{1F4A5}" }';
      await cycle.provider.behave(503);
      await cycle.backend.send(cycle.output("queueUrl"), body);
      await cycle.backend.quiet();
      await cycle.provider.behave(200);
      expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0 });
      expect((await cycle.provider.charges()).map(({ order }) => order)).toEqual([body]);
    },
  },
];
