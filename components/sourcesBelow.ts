// Whether a ReprocessFunction knows all that its command functions lead to: a record of a source that it does not know goes to the poison queue.
import * as pulumi from "@pulumi/pulumi";
import { type CommandReceiver, type CommandSink, commandReach, isReceiver } from "./commandGraph";
import type { Sources } from "./sources";
import type { SpoolReference } from "./spoolReference";
import { inWords } from "./validate";

/**
 * References, and components whose spool is not this very one, have a ReprocessFunction elsewhere.
 *
 * @throws when a command function among the sources sends to a component that fails into the spool and is none of the sources
 */
export function checkSourcesBelow(spool: SpoolReference, sources: Sources): void {
  const names = Array.isArray(sources) ? sources.map(({ source }) => source) : Object.keys(sources);
  for (const source of Object.values(sources)) {
    if (pulumi.Output.isInstance(source) || !isReceiver(source)) continue;
    const reach = commandReach(source);
    const missing = reach.find((sink) => failsInto(spool, sink) && !names.includes(sink.source));
    if (missing !== undefined) {
      const sender = [source, ...reach].find((sink) => isReceiver(sink) && sink.sends.includes(missing)) ?? source;
      throw new Error(
        `[sources] must have ${inWords(missing.source)}, too, since ${inWords(sender.source)} sends to it and its failures wait in the same spool, got ${names.join(", ")}`,
      );
    }
  }
}

function failsInto(
  { url }: SpoolReference,
  sink: CommandSink | (CommandReceiver & { readonly spool?: SpoolReference }),
) {
  return "spool" in sink && sink.spool?.url === url;
}
