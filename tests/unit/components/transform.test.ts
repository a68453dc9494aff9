// transform: the caller's last word on a child resource.
import { describe, expect, it } from "vitest";
import { transformed } from "../../../components/transform";

interface Args {
  size: number;
  name?: string;
}

describe("transformed", () => {
  const args: Args = { size: 1, name: "a" };
  const options = { protect: true };

  it("leaves all as it is without a transform", () => {
    expect(transformed<Args>(undefined, "queue", args, options)).toEqual(["queue", args, options]);
  });

  it("merges arguments over the component's", () => {
    expect(transformed<Args>({ size: 2 }, "queue", args, options)).toEqual(["queue", { size: 2, name: "a" }, options]);
  });

  it("lets a function change arguments and options, and tells it the name", () => {
    const result = transformed<Args>(
      (own, ownOptions, name) => {
        own.name = `${name}-own`;
        ownOptions.protect = false;
      },
      "queue",
      args,
      options,
    );

    expect(result).toEqual(["queue", { size: 1, name: "queue-own" }, { protect: false }]);
    expect([args, options]).toEqual([{ size: 1, name: "a" }, { protect: true }]);
  });
});
