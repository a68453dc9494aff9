// JSONata that tells the caller of a parked execution what it was: its id and generation.
import { isHeld } from "./attempts";
import { type Expression, expression } from "./states";

const name = "$states.context.Execution.Name";

/** The form of a redriven execution's name, and of a first one that is its own id: as in `records/executionName.ts`. */
const redriveName = "/^([0-9A-Za-z_-]{1,48})-redrive-([1-9][0-9]{0,3})-(0|[1-9a-z][0-9a-z]{0,6})$/";
const plainId = "/^[0-9A-Za-z_-]{1,48}$/";

/**
 * `{ spooled: true, id, generation }`. The name of a redriven execution holds both. A first execution's name is its id when
 * it is at most 48 characters of `0-9A-Za-z-_`; the id of any other is a hash, which JSONata cannot compute everywhere, and is
 * null here.
 */
export const parkedOutput: Expression = expression(parked());

/** The same, with `held: true` of work that was never attempted. */
export const parkedOrHeldOutput: Expression = expression(`$merge([${parked()}, ${isHeld} ? {"held": true} : {}])`);

function parked(): string {
  return [
    `($redriven := $match(${name}, ${redriveName}); $exists($redriven)`,
    `? {"spooled": true, "id": $redriven.groups[0], "generation": $number($redriven.groups[1])}`,
    `: {"spooled": true, "id": $contains(${name}, ${plainId}) ? ${name} : null, "generation": 0})`,
  ].join(" ");
}
