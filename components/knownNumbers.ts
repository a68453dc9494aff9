// Checks that concern two numbers: at once where both are plain, else when the later of them is known.
import * as pulumi from "@pulumi/pulumi";

/** @param check returns what follows from both numbers, or throws */
export function withBoth(
  one: pulumi.Input<number>,
  other: pulumi.Input<number>,
  check: (one: number, other: number) => number,
): pulumi.Input<number> {
  return typeof one === "number" && typeof other === "number"
    ? check(one, other)
    : pulumi.all([one, other]).apply(([first, second]) => check(first, second));
}
