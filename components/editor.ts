// Redrives work with a changed input: brought along by a ReprocessFunction, for what fails because of its input.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EditConfig } from "../handlers/config";
import type { EditRequest, EditResult } from "../handlers/edit/request";
import type { ClosureFunction } from "./closureFunction";
import { editStatements } from "./handlerStatements";
import type { Launcher } from "./launcher";
import { type FunctionSettings, libraryFunction } from "./libraryFunction";
import { configuredQueues, configuredSources, declareSources, type Sources } from "./sources";
import { checkSpool, type SpoolReference } from "./spoolReference";
import { checkArgs } from "./validate";

/** How the function runs that redrives work with a changed input. */
export interface EditorOptions extends Omit<FunctionSettings, "timeout"> {
  /**
   * 1 second to 15 minutes. The spool's messages are invisible to others for so long at most, should it crash; it looks through about
   * 2,000 a second.
   *
   * @default "5 minutes"
   */
  readonly timeout?: FunctionSettings["timeout"];
}

/** Arguments of an Editor. */
export interface EditorArgs extends EditorOptions {
  /** Where the work waits; with a bucket, where each edit is kept. */
  readonly spool: SpoolReference;
  /** What it may redrive. */
  readonly sources: Sources;
  /** The launcher of the sources that are replayed. @default none: there are no such sources */
  readonly launcher?: Launcher;
}

/**
 * Redrives one piece of work with a changed input. Its input is an {@link EditRequest}, such as
 * `{ "id": "order-17", "patch": [{ "op": "replace", "path": "/card", "value": "4242" }], "by": "ann", "reason": "card expired" }`, its
 * result an {@link EditResult}. The original input is kept with the edit in the spool's bucket, under `respool/edits/`.
 *
 * A ReprocessFunction brings one along where the spool has a bucket.
 *
 * @throws when an argument is not allowed
 */
export class Editor extends pulumi.ComponentResource {
  readonly function: aws.lambda.Function;
  /** Invoke it by this name. */
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: EditorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:Editor", name, {}, opts);
    checkArgs(args, "spool", "sources");
    checkSpool(args.spool);
    const { spool, sources, launcher, timeout = "5 minutes", ...settings } = args;
    const { bucket } = spool;
    if (bucket === undefined) {
      throw new Error("[spool] must have a bucket, where each edit is kept with the original input, got one without");
    }
    const declared = declareSources(sources, launcher);
    const editor: ClosureFunction = libraryFunction(
      name,
      {
        ...settings,
        timeout,
        entry: "edit",
        description: "Redrives work with a changed input",
        permissions: editStatements(spool, declared),
        config: pulumi
          .all([spool.url, spool.poison.url, configuredSources(declared), configuredQueues(declared), bucket.name])
          .apply(
            ([spoolUrl, poisonUrl, known, deadLetterQueues, bucketName]): EditConfig => ({
              spoolUrl,
              poisonUrl,
              sources: known,
              ...(deadLetterQueues.length === 0 ? {} : { deadLetterQueues }),
              bucket: bucketName,
            }),
          ),
      },
      this,
    );
    this.function = editor.function;
    this.functionName = editor.functionName;
    this.registerOutputs({ functionName: this.functionName });
  }
}
