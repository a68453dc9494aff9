// What is known of a command function's targets only when their resources are: whether Lambda takes it, and whether one table has all statuses.
import { describe, expect, it } from "vitest";
import { checkExpiry, checkedStore, checkSize } from "../../../components/commandRoutes";

const targets = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `entity-${String(index).padStart(2, "0")}`,
      {
        kind: "command" as const,
        queueUrl: `https://sqs.eu-west-1.amazonaws.com/123456789012/entity-${index}-queue-1a2b3c4`,
        commands: ["openAccount", "closeAccount"],
      },
    ]),
  );

describe("what a command function is told of its targets", () => {
  it("fits Lambda's environment up to some number of them", () => {
    expect(() => checkSize({ permanentErrors: {}, targets: targets(16) })).not.toThrow();
    expect(() => checkSize({ permanentErrors: {}, targets: targets(24) })).toThrow(
      /^\[sends\] and \[permanentErrors\] must take at most 3072 bytes of Lambda's environment, got \d{4}: send to fewer functions, or through one that sends on$/,
    );
  });

  it("is measured as Lambda does, which writes it as JSON once more", () => {
    const titled = (length: number) => ({ targets: {}, permanentErrors: { E: { title: "x".repeat(length) } } });
    const most = 3_072 - JSON.stringify(JSON.stringify(titled(0))).length;
    expect(() => checkSize(titled(most))).not.toThrow();
    expect(() => checkSize(titled(most + 1))).toThrow("at most 3072 bytes of Lambda's environment, got 3073");
  });
});

describe("the store of a command function", () => {
  const store = { tableName: "commands", expiresAfterSeconds: 86_400 };

  it("keeps statuses longer than the spool keeps work, which would else be done again", () => {
    expect(() => checkExpiry(store, 86_399)).not.toThrow();
    expect(() => checkExpiry(store, 86_400)).toThrow(
      new Error(
        "[store] must keep statuses (expiresAfter) longer than the spool keeps work, 86400 seconds, got 86400 seconds",
      ),
    );
  });

  it("is that of all below it", () => {
    expect(checkedStore(store, [["billing", "commands"]])).toBe(store);
    expect(() =>
      checkedStore(store, [
        ["billing", "commands"],
        ["ledger", "others"],
      ]),
    ).toThrow(
      new Error(
        '[sends] must have the same [store], since a status follows what was sent, got "ledger" with another one',
      ),
    );
  });
});
