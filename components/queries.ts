// The Logs Insights queries that operators need: what failed, what became of one piece of work, what is slow, what was redriven.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html

/** What an operator puts in its place: the id of a piece of work, its correlation id, or the id of a record in the spool. */
const workIdPlaceholder = "WORK_ID";

/** Failures by who is to blame and which error it was. */
export function errorsByClass(): string {
  return query(
    "filter ispresent(error_class)",
    "stats count(*) as failures, latest(@timestamp) as last by service, error_class, error_name",
    "sort failures desc",
  );
}

/** The latest failures, each with the work that it hit. */
export function recentErrors(): string {
  return query(
    "fields @timestamp, service, error_class, error_name, coalesce(work_id, id) as work, message",
    'filter level = "ERROR"',
    "sort @timestamp desc",
    "limit 100",
  );
}

/**
 * All lines of one piece of work, over all functions that had to do with it.
 *
 * @param workId replaces the placeholder, as it stands: letters, digits, `-`, `_`, `.`, `:`, `/` and spaces
 * @throws when the id has another character
 */
export function linesOfWork(workId: string = workIdPlaceholder): string {
  if (!/^[\w\-.:/ ]{1,512}$/.test(workId)) {
    throw new Error(
      `[workId] must be 1 to 512 letters, digits, "-", "_", ".", ":", "/" and spaces, got ${JSON.stringify(workId)}`,
    );
  }
  const ids = ["work_id", "correlation_id", "work", "id", "@requestId"].map((field) => `${field} = "${workId}"`);
  return query(
    "fields @timestamp, service, level, message, generation, error_name, @requestId",
    `filter ${ids.join(" or ")}`,
    "sort @timestamp asc",
    "limit 1000",
  );
}

/** Commands that failed for good (`rejected`) or were parked, each with its id, and what happened to it last. */
export function commandsThatFailed(): string {
  return query(
    'filter command_outcome in ["rejected", "parked"]',
    [
      "stats latest(command_outcome) as outcome, latest(error_name) as error, latest(message) as said",
      "latest(generation) as generation, latest(@timestamp) as last by work_id, service, command_name",
    ].join(", "),
    "sort last desc",
    "limit 200",
  );
}

/** From Lambda's REPORT lines. */
export function slowestInvocations(): string {
  return query(
    "fields @timestamp, @log, @requestId, @duration",
    'filter @type = "REPORT"',
    "sort @duration desc",
    "limit 20",
  );
}

/** How often functions start cold, how long that takes, and how much of their memory they use, in megabytes. */
export function coldStartsAndMemory(): string {
  return query(
    'filter @type = "REPORT"',
    [
      "stats count(*) as invocations, count(@initDuration) as coldStarts, max(@initDuration) as longestStart",
      "max(@maxMemoryUsed / 1000 / 1000) as usedMB, max(@memorySize / 1000 / 1000) as givenMB by @log",
    ].join(", "),
    "sort coldStarts desc",
  );
}

/** What the library's own functions did: redrives, what went to the poison queue, what was recorded late. */
export function parkedAndRedriven(): string {
  const messages = [
    "redrive started",
    "redrive was started before",
    "redrive could not be started",
    "message moved to the poison queue",
    "message could not be moved to the poison queue",
    "failure recorded that was not yet redriven",
  ];
  return query(
    "fields @timestamp, message, source, id, generation, reason",
    `filter message in [${messages.map((message) => JSON.stringify(message)).join(", ")}]`,
    "sort @timestamp desc",
    "limit 200",
  );
}

/** The queries that a program saves, by their names. */
export function savedQueries(): Readonly<Record<string, string>> {
  const hint = `# Put an id in place of ${workIdPlaceholder}: a work id, a correlation id, or the id of a record in the spool.\n`;
  return {
    "errors by class": errorsByClass(),
    "recent errors": recentErrors(),
    "one piece of work": hint + linesOfWork(),
    "commands that failed": commandsThatFailed(),
    "slowest invocations": slowestInvocations(),
    "cold starts and memory": coldStartsAndMemory(),
    "parked and redriven": parkedAndRedriven(),
  };
}

function query(...commands: readonly string[]): string {
  return commands.join("\n| ");
}
