// Which of the messages that were found are meant: those of one failure.
import type { HeldMessage, Search } from "./find";
import type { CheckedEdit } from "./request";

/** Messages of one failure, at least one. */
export type Work = readonly [HeldMessage, ...HeldMessage[]];

/**
 * The messages of the newest failure of the work. Those of an older one, whose redrive led to it, are left to the next reprocess run, which
 * finds that out, too.
 *
 * @returns undefined when nothing was found
 * @throws Error when the id names several pieces of work, or when others must go first
 */
export function selectWork(search: Search, { id }: CheckedEdit): Work | undefined {
  const works = Map.groupBy(search.found, ({ record }) =>
    [record.source, record.stateMachineArn, record.identity.id, record.identity.born].join(" "),
  );
  if (works.size > 1) {
    const sources = [...new Set(search.found.map(({ record }) => record.source))];
    throw new Error(
      sources.length > 1
        ? `[source] must be given, since ${sources.join(" and ")} have work of the id "${id}" each, got nothing`
        : `[id] must name one piece of work, got "${id}", of which ${sources[0]} has ${works.size} that were started at different times: redrive one of them first`,
    );
  }
  // Work whose execution goes on counts its generations anew: where there is some of a restart, too, that was what led to it.
  const goesOn = search.found.filter(({ record }) => record.mode !== undefined);
  const candidates = goesOn.length > 0 ? goesOn : search.found;
  const newest = Math.max(...candidates.map(({ record }) => record.generation));
  const [first, ...others] = candidates.filter(({ record }) => record.generation === newest);
  if (first === undefined) return undefined;
  const work: Work = [first, ...others];
  const before = Math.max(...work.map((held) => search.before(held)));
  if (before > 0)
    throw new Error(
      `[id] must name the first message of its FIFO group, got "${id}" with ${before} before it, which must be redriven first`,
    );
  return work;
}
