// Admins and clients meet in one queue; and SQS's own dead letter is the same work as the record that could not be written.
import { expect } from "vitest";
import { sqsApi } from "../../../../handlers/aws";
import { type CycleCase, minute } from "../../cycleCase";
import { program, Shop } from "./words";

const unreachable = { code: "ServiceUnavailable", message: "unavailable", status: 503 };
/** So often the SDK tries by itself, at the last receive and at three more that SQS gives a function that could not record. */
const tries = 3 * 4;

export const meetingCases: readonly CycleCase[] = [
  {
    name: "the API and the functions log and are traced",
    needs: "control",
    program,
    async run(cycle) {
      await new Shop(cycle).placed(["o-1"]);
      for (const output of ["shopFunction", "ordersFunction", "stockFunction", "parcelsFunction"]) {
        const name = cycle.output(output);
        expect(cycle.control.logs(name).filter((line) => line.startsWith("REPORT "))).not.toEqual([]);
        expect(cycle.control.traced(name)).toEqual(["xray.Segment", "xray.TelemetryRecords"]);
      }
    },
  },
  {
    name: "admins and clients meet in one queue: each order is done once, and clients see the status of all",
    needs: "patience",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const sent: string[] = [];
      for (const number of [1, 2, 3]) {
        sent.push(await shop.send({ order: `admin-${number}` }));
        sent.push(...(await shop.place([`client-${number}`])));
      }
      await cycle.backend.quiet();
      for (const id of sent) expect(await shop.status(id)).toMatchObject({ status: "succeeded", attempts: 1 });
      await shop.expectDoneOnce([1, 2, 3].flatMap((number) => [`admin-${number}`, `client-${number}`]));
    },
  },
  {
    name: "an admin's command with a key is sent again after a crash between the put and the message, and done once",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const crashing = { sendMessage: () => Promise.reject(new Error("the tool crashed")) };
      const idempotencyKey = "row-1";
      await expect(shop.send({ order: "o-1" }, { idempotencyKey, sqs: crashing })).rejects.toThrow("the tool crashed");
      await cycle.backend.quiet();
      await shop.expectDoneOnce([]);
      const id = await shop.send({ order: "o-1" }, { idempotencyKey });
      expect(await shop.send({ order: "o-1" }, { idempotencyKey })).toBe(id);
      await expect(shop.send({ order: "o-2" }, { idempotencyKey })).rejects.toThrow("under the same key");
      await cycle.backend.quiet();
      expect(await shop.send({ order: "o-1" }, { idempotencyKey })).toBe(id);
      await cycle.backend.quiet();
      expect(await shop.status(id)).toMatchObject({ status: "succeeded", attempts: 1 });
      await shop.expectDoneOnce(["o-1"]);
    },
  },
  {
    name: "an admin's command whose mark is lost is sent twice, and done once",
    needs: "patience",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const idempotencyKey = "row-1";
      const sqs = sqsApi(cycle.backend.sdk.sqs);
      const crashing = {
        async sendMessage(input: Parameters<typeof sqs.sendMessage>[0]) {
          await sqs.sendMessage(input);
          throw new Error("the tool crashed");
        },
      };
      await expect(shop.send({ order: "o-1" }, { idempotencyKey, sqs: crashing })).rejects.toThrow("the tool crashed");
      const id = await shop.send({ order: "o-1" }, { idempotencyKey });
      await cycle.backend.quiet();
      expect(await shop.status(id)).toMatchObject({ status: "succeeded", attempts: 1 });
      await shop.expectDoneOnce(["o-1"]);
    },
  },
  ...(["before", "after"] as const).map(
    (effect): CycleCase => ({
      name: `the spool ${effect === "before" ? "is out of reach" : "loses its replies"} at the last receive: SQS's own dead letter is the same work, and redriven once`,
      needs: "control",
      program,
      async run(cycle) {
        const shop = new Shop(cycle);
        const parcels = cycle.output("parcelsFunction");
        await cycle.provider.script("parcel-o-1", [503]);
        // This function sends to nobody but the spool.
        cycle.control.failCalls("sqs.SendMessage", tries, effect, unreachable, parcels);
        const [id = ""] = await shop.placed(["o-1"]);
        await cycle.control.wait(minute);
        const status = await shop.status(id);
        expect(status).toMatchObject({ status: "parked" });
        const dead = effect === "before" ? 1 : 1 + tries;
        expect(await cycle.depth()).toBe(dead);
        const { planned = [] } = await cycle.redrive({ dryRun: true });
        expect(new Set(planned.map(({ source, work }) => `${source} ${work}`)).size).toBe(1);
        const [reserving = ""] = status.steps?.flatMap((step) => step.id ?? []) ?? [];
        const [sending] = (await shop.read(reserving)).steps ?? [];
        expect(planned[0]?.work).toBe(sending?.id);
        await cycle.provider.script("parcel-o-1", [200]);
        expect(await cycle.redrive()).toMatchObject({ success: 1, alreadyStarted: dead - 1, remaining: 0 });
        expect(await shop.status(id)).toMatchObject({ status: "succeeded" });
        await shop.expectDoneOnce(["o-1"]);
      },
    }),
  ),
];
