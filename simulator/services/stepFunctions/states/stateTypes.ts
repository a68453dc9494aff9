// The state types that the simulator has, by name.
import { choice } from "./choice";
import { fail } from "./fail";
import { map } from "./map";
import { parallel } from "./parallel";
import { pass } from "./pass";
import type { StateType } from "./stateType";
import { succeed } from "./succeed";
import { task } from "./task";
import { wait } from "./wait";

export const stateTypes: ReadonlyMap<string, StateType> = new Map(
  [task, wait, pass, succeed, fail, choice, parallel, map].map((type) => [type.name, type]),
);
