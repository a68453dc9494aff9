import { describe, expect, it } from "vitest";
import { Random } from "../../../simulator/random";

describe("Random", () => {
  it("repeats itself for one seed and differs for another", () => {
    const draw = (seed: number) => {
      const random = new Random(seed);
      return [random.uint32(), random.hex(8), random.uuid(), random.fraction()];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(1)).not.toEqual(draw(1 + 2 ** 32));
  });

  it("draws whole numbers from the whole range, both ends included", () => {
    const random = new Random(3);
    const drawn = new Set(Array.from({ length: 200 }, () => random.integer(2, 5)));
    expect([...drawn].sort()).toEqual([2, 3, 4, 5]);
  });

  it("spreads fractions evenly", () => {
    const random = new Random(11);
    const buckets = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 10_000; draw += 1) {
      const bucket = Math.floor(random.fraction() * 10);
      buckets[bucket] = (buckets[bucket] as number) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it("makes version 4 UUIDs", () => {
    expect(new Random(5).uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
