// What a JavaScript program hears that leaves a component's arguments out.
import { afterEach, beforeEach, expect, it } from "vitest";
import { Adopt } from "../../../components/adopt";
import { ApiFunction } from "../../../components/apiFunction";
import { AsyncFunction } from "../../../components/asyncFunction";
import { AutoRedrive } from "../../../components/autoRedrive";
import { ClosureFunction } from "../../../components/closureFunction";
import { CommandApi } from "../../../components/commandApi";
import { CommandFunction } from "../../../components/commandFunction";
import { Dashboard } from "../../../components/dashboard";
import { Editor } from "../../../components/editor";
import { Launcher } from "../../../components/launcher";
import { QueueFunction } from "../../../components/queueFunction";
import { Reconciler } from "../../../components/reconciler";
import { Renewer } from "../../../components/renewer";
import { ReprocessFunction } from "../../../components/reprocessFunction";
import { SavedQueries } from "../../../components/savedQueries";
import { Semaphore } from "../../../components/semaphore";
import { StreamFunction } from "../../../components/streamFunction";
import { UncertainTask } from "../../../components/uncertainTask";
import { Workflow } from "../../../components/workflow";
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
  [CommandApi, "[store] and [operations]"],
  [CommandFunction, "[spool] and [store] and [commands]"],
  [Dashboard, "[components]"],
  [Launcher, "[spool] and [sources]"],
  [QueueFunction, "[spool]"],
  [ReprocessFunction, "[spool] and [sources]"],
  [AutoRedrive, "[reprocess]"],
  [Editor, "[spool] and [sources]"],
  [Reconciler, "[spool] and [sources]"],
  [Renewer, "[spool] and [sources]"],
  [Semaphore, "[limit]"],
  [Workflow, "[spool] and [steps]"],
  [SavedQueries, "[components]"],
  [StreamFunction, "[spool] and [stream]"],
  [UncertainTask, "[spool] and [task]"],
])("%o says which it needs", (component, needed) => {
  expect(() => Reflect.construct(component, ["x"])).toThrow(
    new Error(`[args] must be an object with ${needed}, got undefined`),
  );
});
