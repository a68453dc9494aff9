// Long waits: records are renewed near their end, and the age alarm goes off in time.
import { expect } from "vitest";
import { type CycleCase, day, hour, minute } from "../cycleCase";
import { nearEnd, untilRenewerRan } from "../schedules";

export const waitingCases: readonly CycleCase[] = [
  {
    name: "records outlive SQS's 14 days, and are redriven once",
    needs: "control",
    async run(cycle) {
      await cycle.park(["o-1", "o-2"]);
      await cycle.control.wait(60 * day);
      const waiting = (await cycle.records()).map(({ name, input }) => [name, input]);
      expect(waiting.sort()).toEqual([
        ["o-1", { order: "o-1" }],
        ["o-2", { order: "o-2" }],
      ]);
      expect(await cycle.redrive()).toMatchObject({ success: 2, remaining: 0 });
      await cycle.expectChargedOnce(["o-1", "o-2"]);
    },
  },
  {
    name: "the poison queue outlives them, too, with its reasons",
    needs: "control",
    async run(cycle) {
      await cycle.backend.send(cycle.spool, "not a record", { respool: "1" });
      await cycle.redrive();
      const [before] = await cycle.backend.messages(cycle.poison);
      await cycle.control.wait(40 * day);
      const after = await cycle.backend.messages(cycle.poison);
      expect(after.map(({ body }) => body)).toEqual(["not a record"]);
      const reason = (text: string | undefined) => (JSON.parse(text ?? "{}") as { reason?: string }).reason;
      expect(reason(after[0]?.attributes.respool)).toBe(reason(before?.attributes.respool));
    },
  },
  {
    name: "the renewer crashes at every call",
    needs: "control",
    async run(cycle) {
      const { control } = cycle;
      const renew = cycle.backend.outputs.renewFunction as string;
      await cycle.park(["o-first"]);
      await control.wait(nearEnd);
      await control.wait(untilRenewerRan);
      const calls = control.lastCalls(renew);
      expect(calls.map(({ name }) => name)).toContain("sqs.SendMessage");
      expect(await cycle.redrive()).toMatchObject({ success: 1, alreadyStarted: 0, remaining: 0 });
      const orders = ["o-first"];
      for (let call = 0; call < calls.length; call += 1) {
        for (const moment of ["crashBefore", "crashAfter"] as const) {
          const order = `o-${moment}-${call}`;
          orders.push(order);
          await cycle.park([order]);
          await control.wait(nearEnd);
          control.crash(renew, call, moment);
          await control.wait(untilRenewerRan);
          const names = (await cycle.records()).map(({ name }) => name);
          expect(new Set(names)).toEqual(new Set([order]));
          const report = await cycle.redrive();
          expect(report).toMatchObject({ success: 1, alreadyStarted: names.length - 1, remaining: 0 });
        }
      }
      await cycle.expectChargedOnce(orders);
    },
  },
  {
    name: "the renewer gives back what it holds while it looks through a queue",
    async run(cycle) {
      const renew = () => cycle.backend.invoke(cycle.output("renewFunction"), {});
      const queue = { seen: 12, renewed: 0, failed: 0, complete: true };
      const orders = Array.from({ length: 12 }, (_, index) => `o-${index}`);
      for (const order of orders) await cycle.backend.send(cycle.spool, `not a record ${order}`);
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ poisoned: 12 });
      await cycle.park(orders);
      expect(await renew()).toMatchObject({ result: { spool: queue, poison: queue } });
      expect(await renew()).toMatchObject({ result: { spool: queue, poison: queue } });
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 12, remaining: 0 });
      await cycle.expectChargedOnce(orders);
    },
  },
  {
    name: "the renewer does not wait for what it gave back itself",
    needs: "control",
    async run(cycle) {
      const renew = cycle.output("renewFunction");
      for (let index = 0; index < 12; index++) await cycle.backend.send(cycle.spool, `not a record ${index}`);
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ poisoned: 12 });
      await cycle.park(Array.from({ length: 12 }, (_, index) => `o-${index}`));
      const looks = async () => {
        await cycle.backend.invoke(renew, {});
        return cycle.control.lastCalls(renew).length;
      };
      expect(await looks()).toBe(await looks());
    },
  },
  {
    name: "the age alarm goes off in time although dry runs have received the message often",
    needs: "control",
    async run(cycle) {
      const { control } = cycle;
      await cycle.park(["o-1"]);
      for (let run = 0; run < 10; run += 1) {
        await cycle.redrive({ dryRun: true });
        await control.wait(5 * hour);
      }
      expect(control.alarmState("spool-age")).toBe("OK");
      await control.wait(2 * day);
      expect(control.alarmState("spool-age")).toBe("ALARM");
      await control.wait(20 * day);
      expect(control.alarmState("spool-age")).toBe("ALARM");
      await cycle.redrive();
      await control.wait(2 * day);
      expect(control.alarmState("spool-age")).toBe("OK");
    },
  },
  {
    name: "failed redrives every day do not make waiting work young for the age alarm",
    needs: "control",
    async run(cycle) {
      const { control } = cycle;
      await cycle.park(["o-1"]);
      await cycle.provider.behave(503);
      for (let redrive = 0; redrive < 3; redrive += 1) {
        await control.wait(20 * hour);
        expect(await cycle.redrive()).toMatchObject({ success: 1 });
      }
      expect(control.alarmState("spool-age")).toBe("OK");
      await control.wait(2 * day);
      expect((await cycle.records()).map(({ name }) => name)).toEqual([expect.stringMatching(/^o-1-redrive-3-/)]);
      expect(control.alarmState("spool-age")).toBe("ALARM");
    },
  },
  {
    name: "the depth alarm tells that something waits, also while it is in flight, and the poison alarm of poison",
    needs: "control",
    async run(cycle) {
      const { control } = cycle;
      await control.wait(hour);
      await cycle.park(["o-1"]);
      await control.wait(10 * minute);
      expect(control.alarmState("spool-depth")).toBe("ALARM");
      expect(control.alarmState("spool-poison-alarm")).not.toBe("ALARM");
      await cycle.backend.send(cycle.spool, "not a record");
      await cycle.redrive();
      await control.wait(15 * minute);
      expect(control.alarmState("spool-depth")).toBe("OK");
      expect(control.alarmState("spool-poison-alarm")).toBe("ALARM");
    },
  },
];
