// What the demo reads as orders, and what it says of lines that are none.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseOrders } from "../../../demo/orders";

const good = { orderId: "order-1", customer: "Ada", amount: 12.5, currency: "EUR", at: 30 };

function reasonOf(changes: object): string | undefined {
  return parseOrders(JSON.stringify({ ...good, ...changes })).badLines[0]?.reason;
}

describe("parseOrders", () => {
  it("reads one order a line, in the file's order", () => {
    const text = `${JSON.stringify(good)}\n${JSON.stringify({ ...good, orderId: "order-2", at: 0 })}\n`;
    expect(parseOrders(text)).toEqual({ orders: [good, { ...good, orderId: "order-2", at: 0 }], badLines: [] });
  });

  it("does not mind empty lines, line ends of Windows, and a byte order mark", () => {
    expect(parseOrders(`\uFEFF\r\n${JSON.stringify(good)}\r\n \r\n`)).toEqual({ orders: [good], badLines: [] });
  });

  it("reports bad lines with their numbers, and keeps the good ones", () => {
    const text = ["{", JSON.stringify(good), "", "[1]", "null"].join("\n");
    expect(parseOrders(text)).toEqual({
      orders: [good],
      badLines: [
        { line: 1, reason: "this is not JSON" },
        { line: 4, reason: "a line must be a JSON object, got [1]" },
        { line: 5, reason: "a line must be a JSON object, got null" },
      ],
    });
  });

  it("takes an orderId once: a second execution of that name would not start", () => {
    const text = `${JSON.stringify(good)}\n${JSON.stringify({ ...good, amount: 1 })}`;
    expect(parseOrders(text)).toEqual({
      orders: [good],
      badLines: [{ line: 2, reason: "[orderId] order-1 was on line 1 already" }],
    });
  });

  it.each([
    [{ orderId: undefined }, "[orderId] must be 1 to 80 letters, digits, - and _, got nothing"],
    [{ orderId: "a b" }, '[orderId] must be 1 to 80 letters, digits, - and _, got "a b"'],
    [{ orderId: 7 }, "[orderId] must be 1 to 80 letters, digits, - and _, got 7"],
    [{ orderId: "a-redrive-1-t9" }, '[orderId] must not end like a redriven execution\'s name, got "a-redrive-1-t9"'],
    [{ customer: " " }, '[customer] must be a text that is not empty, got " "'],
    [{ amount: 0 }, "[amount] must be a number greater than 0, got 0"],
    [{ amount: "12" }, '[amount] must be a number greater than 0, got "12"'],
    [{ currency: "eur" }, '[currency] must be three capital letters, got "eur"'],
    [{ at: -1 }, "[at] must be a number of seconds from 0 to 31536000, got -1"],
    [{ at: 31_536_001 }, "[at] must be a number of seconds from 0 to 31536000, got 31536001"],
  ])("refuses %j", (changes, reason) => expect(reasonOf(changes)).toBe(reason));

  it("refuses an id that is too long, and shows the beginning of it", () => {
    expect(reasonOf({ orderId: "a".repeat(80) })).toBeUndefined();
    expect(reasonOf({ orderId: "a".repeat(81) })).toBe(
      `[orderId] must be 1 to 80 letters, digits, - and _, got "${"a".repeat(56)}...`,
    );
  });

  it("finds 200 good orders over two hours in the sample", () => {
    const { orders, badLines } = parseOrders(readFileSync(join(__dirname, "../../../demo/orders.jsonl"), "utf8"));
    expect(badLines).toEqual([]);
    expect(orders).toHaveLength(200);
    expect(orders.at(-1)?.at).toBeGreaterThan(6900);
    expect(orders.at(-1)?.at).toBeLessThan(7200);
  });
});
