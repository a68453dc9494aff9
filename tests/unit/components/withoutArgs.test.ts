// What a JavaScript program hears that leaves a component's arguments out.
import { afterEach, beforeEach, expect, it } from "vitest";
import { Adopt } from "../../../components/adopt";
import { ApiFunction } from "../../../components/apiFunction";
import { AsyncFunction } from "../../../components/asyncFunction";
import { ClosureFunction } from "../../../components/closureFunction";
import { Dashboard } from "../../../components/dashboard";
import { Launcher } from "../../../components/launcher";
import { QueueFunction } from "../../../components/queueFunction";
import { ReprocessFunction } from "../../../components/reprocessFunction";
import { SavedQueries } from "../../../components/savedQueries";
import { StreamFunction } from "../../../components/streamFunction";
import { UncertainTask } from "../../../components/uncertainTask";
import { MockedProgram } from "./mockedProgram";

let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

it.each([
  [Adopt, "[queue]"],
  [ApiFunction, "[operations]"],
  [AsyncFunction, "[spool]"],
  [ClosureFunction, "[callback]"],
  [Dashboard, "[components]"],
  [Launcher, "[spool] and [sources]"],
  [QueueFunction, "[spool]"],
  [ReprocessFunction, "[spool] and [sources]"],
  [SavedQueries, "[components]"],
  [StreamFunction, "[spool] and [stream]"],
  [UncertainTask, "[spool] and [task]"],
])("%o says which it needs", (component, needed) => {
  expect(() => Reflect.construct(component, ["x"])).toThrow(
    new Error(`[args] must be an object with ${needed}, got undefined`),
  );
});
