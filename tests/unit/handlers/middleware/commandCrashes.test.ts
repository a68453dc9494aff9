// A command whose function dies, or whose calls fail, at every point: nothing is lost, nothing is done twice, and the status is right.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StatusItem } from "../../../../handlers/commands/statusItem";
import { COMMAND_ID, CommandFunctionWorld, message, type WorldHandler } from "../../../support/commandFunctionWorld";
import type { CallFault } from "../../../support/commandProcess";

let world: CommandFunctionWorld | undefined;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 1) });
});

afterEach(() => {
  world?.close();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const declined = () => Object.assign(new Error("no funds"), { name: "CardDeclinedError" });

/** What a handler does in its attempts, and how the command is without a fault before anything is redriven. */
const handlers: Readonly<
  Record<string, { readonly handler: () => WorldHandler; readonly state: StatusItem["state"] }>
> = {
  "that does its work": {
    handler: () => async (command, context, effect) => {
      await context.progress(0.5, "half");
      await effect(command.id);
      return { done: true };
    },
    state: "succeeded",
  },
  "that does its work in a transaction": {
    handler: () => (command, context) => context.effect([{ Update: increment }], { done: command.id }),
    state: "succeeded",
  },
  "that sends others": {
    handler: () => async (command, context, effect) => {
      await effect(command.id);
      await context.send("billing", { name: "charge", data: { amount: 1 } });
      await context.send("receipts", { name: "receipt", data: { to: "a" } });
    },
    state: "succeeded",
  },
  "that fails once": {
    handler: () => {
      let runs = 0;
      return async (command, _, effect) => {
        runs += 1;
        if (runs === 1) throw new Error("away");
        await effect(command.id);
      };
    },
    state: "succeeded",
  },
  "that fails until it is redriven": {
    handler:
      () =>
      async (command, { work }, effect) => {
        await effect(command.id);
        if (work.generation === 0) throw new Error("away");
      },
    state: "parked",
  },
  "that fails for good until it is redriven": {
    handler:
      () =>
      async (command, { work }, effect) => {
        if (work.generation === 0) throw declined();
        await effect(command.id);
      },
    state: "failed",
  },
};

const increment = {
  TableName: "commands",
  Key: { id: "stock" },
  UpdateExpression: "ADD sold :one",
  ExpressionAttributeValues: { ":one": 1 },
};

/** As a client is told: see readStatus. */
function told(item: StatusItem | undefined): string | undefined {
  const isOver = item?.state === "running" && item.last === true && (item.until ?? 0) < Date.now();
  return isOver ? "parked" : item?.state;
}

/** How often the world was changed: effects by key, and the transaction. */
async function changes(at: CommandFunctionWorld): Promise<number> {
  const { Item } = await at.dynamoDb.get({ TableName: "commands", Key: { id: "stock" } });
  return at.effects.size + Number(Item?.sold ?? 0);
}

const kinds = [
  { kind: "crash", when: "before" },
  { kind: "crash", when: "after" },
  { kind: "error", when: "before" },
  { kind: "error", when: "after" },
] as const;

/** One fault at a time, until an attempt makes no such call any more. */
async function* worlds(handler: () => WorldHandler, receive: number) {
  for (let call = 1, isMet = true; isMet; call++) {
    for (const kind of kinds) {
      const fault: CallFault = { call, ...kind };
      const made = new CommandFunctionWorld(handler());
      world = made;
      const left = await made.deliverAll({ ...fault, receive });
      isMet = made.faultsMet > 0;
      if (isMet) yield { made, fault, left, say: `${fault.kind} ${fault.when} call ${call}` };
      made.close();
    }
  }
}

/** Died before the status knew of it: nobody can tell a client that SQS has the message as a dead letter. */
const isUnseen = ({ kind, when, call }: CallFault, receive: number) =>
  kind === "crash" && receive === 3 && (call === 1 || (call === 2 && when === "before"));

describe.each(Object.entries(handlers))("a command with a handler %s", (_, { handler, state }) => {
  it.each([1, 3])(
    "ends or waits after a fault at any call of receive %i, and succeeds when it is redriven",
    async (receive) => {
      for await (const { made, fault, left, say } of worlds(handler, receive)) {
        const before = told(await made.statuses.read(COMMAND_ID));
        const isRecorded = left === "dead letter" || made.spool.length > 0;
        const right = receive === 1 ? [state] : isUnseen(fault, receive) ? ["running"] : [state, "parked"];
        expect([say, right.includes(before ?? "")]).toEqual([say, true]);
        expect([say, isRecorded || before === "succeeded"]).toEqual([say, true]);
        expect([say, (await changes(made)) <= 1]).toEqual([say, true]);

        // Each record that lies there is redriven, those of AWS's own first.
        const generations = [
          ...new Set([...(left === "dead letter" ? [0] : []), ...made.spool.map((r) => r.generation)]),
        ];
        let redriven = "done";
        for (const generation of generations.sort())
          redriven = (await made.deliver(message(), { generation: generation + 1 })).ended;
        const after = await made.statuses.read(COMMAND_ID);
        expect([say, redriven, after?.state, await changes(made)]).toEqual([say, "done", "succeeded", 1]);
        expect([say, new Set(made.sent.map(({ MessageBody }) => MessageBody)).size <= 1]).toEqual([say, true]);
      }
    },
  );

  it("is parked or has failed after a fault at any call of a replay, or succeeds", async () => {
    for (let call = 1, isMet = true; isMet; call++) {
      for (const kind of kinds) {
        const made = new CommandFunctionWorld(handler());
        world = made;
        await made.deliverAll({ call: 1, kind: "error", when: "before" });
        const generation = 1 + Math.max(0, ...made.spool.map((record) => record.generation));
        await made.deliver(message(), { generation, fault: { call, ...kind } });
        isMet = made.faultsMet > 1;
        // The launcher tries the same generation again.
        expect(await made.deliver(message(), { generation })).toMatchObject({ ended: "done" });
        expect([(await made.statuses.read(COMMAND_ID))?.state, await changes(made)]).toEqual(["succeeded", 1]);
        made.close();
      }
    }
  });
});
