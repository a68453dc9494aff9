// Whether what a ReprocessFunction redrives fails into its own spool: what fails into another one it would never find.
import * as pulumi from "@pulumi/pulumi";
import type { Sources } from "./sources";
import type { SpoolReference } from "./spoolReference";
import { inWords } from "./validate";

interface SpoolOfSource {
  readonly source: string;
  readonly spool: SpoolReference;
}

/**
 * The URL of the spool, known when it is known that every source has this one. Two spools of this program are told apart at once; one that
 * is given by its ARN may be any of them, until its URL is known.
 *
 * @throws when a source has another spool
 */
export function urlForSources(spool: SpoolReference, sources: Sources): pulumi.Output<string> {
  const others = spoolsOf(sources).filter((one) => one.spool.url !== spool.url);
  const other = others.find((one) => one.spool.name !== undefined);
  if (spool.name !== undefined && other !== undefined) {
    throw otherSpool(other.source, inWords(other.spool.name), inWords(spool.name));
  }
  const urls = others.map((one) => one.spool.url.apply((url): [string, string] => [one.source, url]));
  return pulumi.all([spool.url, pulumi.all(urls)]).apply(([url, known]) => checkedUrl(url, known));
}

/**
 * @param others names of sources, and the URLs of their spools
 * @throws when one of them is another spool
 */
function checkedUrl(url: string, others: readonly (readonly [source: string, url: string])[]): string {
  const other = others.find(([, theirs]) => theirs !== url);
  if (other !== undefined) {
    throw otherSpool(other[0], inWords(other[1]), inWords(url));
  }
  return url;
}

function spoolsOf(sources: Sources): SpoolOfSource[] {
  return Object.values(sources).flatMap((source) => {
    if (typeof source !== "object" || pulumi.Output.isInstance(source) || !("spool" in source)) return [];
    return source.spool === undefined ? [] : [{ source: source.source, spool: source.spool }];
  });
}

function otherSpool(source: string, theirs: string, own: string): Error {
  return new Error(
    `[sources] must fail into [spool], which is ${own}, got ${inWords(source)} with ${theirs}: give both the same one, or ${theirs} a ReprocessFunction of its own`,
  );
}
