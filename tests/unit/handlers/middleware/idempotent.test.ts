// Work that is done once: what is kept, what is done again, and what is an error.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Idempotent, idempotentOf } from "../../../../handlers/middleware/idempotent";
import { lambdaContext, MemoryTable } from "../../../support/middlewareRun";

const idempotency = { tableName: "t", expiresAfterSeconds: 86_400 };
const context = lambdaContext();

let table: MemoryTable;
let once: Idempotent;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  table = new MemoryTable();
  once = idempotentOf({ service: "shop", idempotency }, table);
});

afterEach(() => {
  vi.useRealTimers();
});

/** Work that never ends, as that of a function which crashes. */
const crash = () => new Promise<never>(() => undefined);

describe("work that was done", () => {
  it("is not done again: its result is returned", async () => {
    const work = vi.fn(async () => ({ receipt: 1, note: undefined }));
    expect(await once("w", context, work)).toEqual({ result: { receipt: 1, note: undefined }, duplicate: false });
    expect(await once("w", context, work)).toEqual({ result: { receipt: 1 }, duplicate: true });
    expect(work).toHaveBeenCalledOnce();
  });

  it("is another's under another id, and for another source", async () => {
    const work = vi.fn(async () => "done");
    const other = idempotentOf({ service: "shop", source: "other", idempotency }, table);
    await once("w", context, work);
    await once("v", context, work);
    await other("w", context, work);
    expect(work).toHaveBeenCalledTimes(3);
  });

  it("is known by its source: a service of another name shares it", async () => {
    const work = vi.fn(async () => "done");
    await idempotentOf({ service: "a", source: "shop", idempotency }, table)("w", context, work);
    await idempotentOf({ service: "b", source: "shop", idempotency }, table)("w", context, work);
    expect(work).toHaveBeenCalledOnce();
  });

  it("is forgotten when its result expires", async () => {
    const work = vi.fn(async () => "done");
    await once("w", context, work);
    vi.advanceTimersByTime(86_400_000);
    await once("w", context, work);
    expect(work).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(2_000);
    await once("w", context, work);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it.each<{ what: string; result: unknown }>([
    { what: "nothing", result: undefined },
    { what: "null", result: null },
    { what: "a function", result: () => 1 },
    { what: "more than an item holds", result: "ä".repeat(200_000) },
    { what: "what JSON cannot say", result: { count: 1n } },
  ])("with $what as its result is not done again either", async ({ result }) => {
    const work = vi.fn(async () => result);
    expect(await once("w", context, work)).toEqual({ result, duplicate: false });
    expect(await once("w", context, work)).toEqual({ result: null, duplicate: true });
    expect(work).toHaveBeenCalledOnce();
  });
});

describe("work that failed", () => {
  it("is tried again at once, and its error is the handler's own", async () => {
    const declined = Object.assign(new Error("no funds"), { name: "CardDeclinedError" });
    const work = vi.fn<() => Promise<string>>().mockRejectedValueOnce(declined).mockResolvedValueOnce("done");
    await expect(once("w", context, work)).rejects.toBe(declined);
    expect(await once("w", context, work)).toEqual({ result: "done", duplicate: false });
  });

  it("gives the handler's error even where its mark stays", async () => {
    const declined = new Error("no funds");
    table.failing.set("delete", new Error("the table is away"));
    await expect(once("w", context, async () => Promise.reject(declined))).rejects.toBe(declined);
  });

  it("gives an error also where something else was thrown", async () => {
    await expect(once("w", context, () => Promise.reject("no"))).rejects.toEqual(new Error('the handler threw "no"'));
    await expect(once("w", context, () => Promise.reject(undefined))).rejects.toEqual(
      new Error("the handler threw undefined"),
    );
  });
});

describe("work that another attempt has begun", () => {
  it("is an error, never a success, until that attempt's function must have ended; then it is done", async () => {
    void once("w", context, crash);
    await vi.advanceTimersByTimeAsync(30_000);
    const work = vi.fn(async () => "done");
    await expect(once("w", context, work)).rejects.toMatchObject({ name: "IdempotencyAlreadyInProgressError" });
    expect(work).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await once("w", context, work)).toEqual({ result: "done", duplicate: false });
  });
});

describe("a table that cannot be reached", () => {
  it("is an error before the work", async () => {
    table.failing.set("put", new Error("throttled"));
    const work = vi.fn(async () => "done");
    await expect(once("w", context, work)).rejects.toMatchObject({
      name: "IdempotencyPersistenceLayerError",
      cause: new Error("throttled"),
    });
    expect(work).not.toHaveBeenCalled();
  });

  it("is an error after the work, too: nobody would know that it is done", async () => {
    table.failing.set("update", new Error("throttled"));
    await expect(once("w", context, async () => "done")).rejects.toMatchObject({
      name: "IdempotencyPersistenceLayerError",
    });
  });
});

describe("without a table", () => {
  it("every attempt does the work", async () => {
    const work = vi.fn(async () => "done");
    const always = idempotentOf({ service: "shop" });
    expect(await always("w", context, work)).toEqual({ result: "done", duplicate: false });
    expect(await always("w", context, work)).toEqual({ result: "done", duplicate: false });
    expect(work).toHaveBeenCalledTimes(2);
  });
});
