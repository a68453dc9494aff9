// The schedule by which a run starts executions.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPace, OutOfTime } from "../../../../handlers/reprocess/pace";
import { awsError } from "../../../support/awsFakes";
import { finish } from "../../../support/handlerRun";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** When each of so many moments comes. */
async function moments(pace: ReturnType<typeof createPace>, count: number): Promise<number[]> {
  const times: number[] = [];
  const start = async () => {
    await pace.next();
    times.push(Date.now());
  };
  await finish(Promise.all(Array.from({ length: count }, start)));
  return times;
}

function throttledOnce() {
  let throttled = false;
  return async () => {
    if (throttled) return "done";
    throttled = true;
    throw awsError("ThrottlingException");
  };
}

describe("createPace", () => {
  it("hands out moments evenly, however many ask at once", async () => {
    expect(await moments(createPace(4, 60_000), 4)).toEqual([0, 250, 500, 750]);
  });

  it("does not make up for time in which nobody asked", async () => {
    const pace = createPace(4, 60_000);
    await moments(pace, 1);
    vi.setSystemTime(10_000);
    expect(await moments(pace, 2)).toEqual([10_000, 10_250]);
  });

  it("knows how many moments are left", async () => {
    const pace = createPace(1, 3_500);
    expect(pace.left()).toBe(4);
    await moments(pace, 4);
    expect(pace.left()).toBe(0);
    await expect(pace.next()).rejects.toThrow(OutOfTime);
  });

  it("slows the whole run down while AWS throttles, and recovers", async () => {
    const pace = createPace(10, 60_000);
    expect(await finish(pace.persist(throttledOnce()))).toBe("done");
    const [first = 0, second = 0] = await moments(pace, 2);
    expect(second - first).toBe(180);
    for (let call = 0; call < 10; call++) await pace.persist(async () => undefined);
    await moments(pace, 1);
    const [third = 0, fourth = 0] = await moments(pace, 2);
    expect(fourth - third).toBe(100);
  });

  it("leaves other errors to the caller", async () => {
    const error = awsError("AccessDeniedException");
    await expect(createPace(10, 60_000).persist(() => Promise.reject(error))).rejects.toBe(error);
  });
});
