// Every Allow that the bookshop itself asks for is needed: those that components add are tried beside them.
import { join } from "node:path";
import { type EvaluatedProgram, Simulation } from "@respool/simulator";
import { beforeAll, describe, expect, it } from "vitest";
import { Bookshop, neighbours } from "../support/bookshop";
import { type Mutant, withoutOnePermission } from "./mutants";

/** Functions that touch what the program made for them: the bus, the table of orders, and each other. */
const own =
  /^(charge-card-function|order-desk|orders|send-receipt-trigger-0)-(policy|permission): (events|lambda|sqs|states|dynamodb):/;

/**
 * Of the table of commands, what the library reads in cases that no order has; of the queue and the spool of `orders`, what the components'
 * tests try. Without the mark that it is sent, a command is sent once more where its key comes again, and done once all the same.
 */
const ofComponents =
  /dynamodb:(GetItem|DeleteItem) .*commands|^order-desk-policy: dynamodb:UpdateItem|^orders-policy: sqs:\w+ .*:(orders-queue|spool)/;

/** @returns whether all went well */
function works(program: EvaluatedProgram): boolean {
  const shop = new Bookshop(program);
  try {
    const orders = [shop.order(), shop.deskOrder("form-1")];
    shop.runFor(60);
    const { body } = shop.ask<{ id: string }>(`/orders/${orders[0]}`, { method: "DELETE" });
    shop.runFor(60);
    const states = [...orders, body.id].map((id) => shop.status(id).status);
    return states.every((state) => state === "succeeded") && shop.keys("/receipts").length === 2;
  } catch {
    return false;
  }
}

describe("every Allow of the bookshop's own is needed", () => {
  let program: EvaluatedProgram;
  let mutants: readonly Mutant[];

  beforeAll(async () => {
    program = await new Simulation().deploy({ directory: join(__dirname, "../.."), config: neighbours });
    mutants = withoutOnePermission(program.resources).filter(({ name }) => own.test(name) && !ofComponents.test(name));
  }, 120_000);

  it("and all works with them", () => {
    expect(works(program)).toBe(true);
    const asked = new Set(mutants.map(({ action }) => action));
    expect([...asked].sort()).toEqual([
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "events:PutEvents",
      "lambda:InvokeFunction",
      "sqs:SendMessage",
      "states:StartExecution",
    ]);
  });

  it("or something fails", () => {
    const survivors = mutants.filter(({ change }) => {
      const resources = program.resources.map(change).filter((resource) => resource !== undefined);
      return works({ ...program, resources });
    });
    expect(survivors.map(({ name }) => name)).toEqual([]);
  }, 180_000);
});
