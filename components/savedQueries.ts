// Logs Insights queries over the logs of a program's components, saved where operators look for them.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkObserved, type Observed } from "./observed";
import { logGroupNamesOf } from "./observedLogs";
import { savedQueries } from "./queries";
import { type Transform, transformed } from "./transform";
import { checkArgs, matching } from "./validate";

/** Arguments of SavedQueries. */
export interface SavedQueriesArgs {
  /** Whose logs are read. */
  readonly components: readonly Observed[];
  /**
   * The folder that the queries are saved in: 1 to 128 characters of `0-9A-Za-z.-_` and `/`.
   *
   * @default project and stack
   */
  readonly folder?: string;
  /** Changes to each query definition. @default none */
  readonly transform?: { readonly query?: Transform<aws.cloudwatch.QueryDefinitionArgs> };
}

/**
 * Saved queries: errors by class, recent errors, one piece of work, commands that failed, slowest invocations, cold starts and
 * memory, parked and redriven.
 *
 * @example `new SavedQueries("queries", { components: [spool, chargeCard, reprocess] })`
 * @throws when an argument is not allowed
 */
export class SavedQueries extends pulumi.ComponentResource {
  readonly queries: readonly aws.cloudwatch.QueryDefinition[];

  constructor(name: string, args: SavedQueriesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:SavedQueries", name, {}, opts);
    checkArgs(args, "components");
    const { folder = `${pulumi.getProject()}/${pulumi.getStack()}`, transform = {} } = args;
    const folderInWords = `1 to 128 characters of 0-9, A-Z, a-z, ".", "-", "_" and "/"`;
    matching("folder", folder, /^[\w.\-/]{1,128}$/, folderInWords);
    const logGroupNames = logGroupNamesOf(checkObserved(args.components));
    if (logGroupNames.length === 0) {
      throw new Error("[components] must hold at least one component with logs, got none");
    }
    this.queries = Object.entries(savedQueries()).map(
      ([title, queryString]) =>
        new aws.cloudwatch.QueryDefinition(
          ...transformed(
            transform.query,
            `${name}-${title.replaceAll(" ", "-")}`,
            { name: `${folder}/${title}`, queryString, logGroupNames },
            { parent: this },
          ),
        ),
    );
    this.registerOutputs({});
  }
}
