// Filter patterns for unstructured log events. AWS: "Filter pattern syntax for metric filters, ...".
import { AwsError } from "../../service";

const termPattern = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))\s*/y;

interface Term {
  readonly sign: string;
  readonly text: string;
}

function readTerms(pattern: string): Term[] {
  const terms: Term[] = [];
  const trimmed = pattern.trim();
  termPattern.lastIndex = 0;
  while (termPattern.lastIndex < trimmed.length) {
    const match = termPattern.exec(trimmed);
    if (match === null) throw new AwsError("InvalidParameterException", `Invalid filter pattern: ${pattern}`);
    const [, sign = "", quoted, bare = ""] = match;
    terms.push({ sign, text: quoted?.replaceAll(/\\(.)/g, "$1") ?? bare });
  }
  return terms;
}

/**
 * A test of log messages: every term must be there (case counts), none with `-`, and of those with `?` at least one when
 * there is no other. Patterns over JSON, space-delimited fields and regular expressions are refused.
 */
export function filterPattern(pattern: string): (message: string) => boolean {
  if (/^\s*[{[%]/.test(pattern)) {
    throw new AwsError(
      "SimulatorUnsupportedArgument",
      `the simulator's [filterPattern] has terms, "quoted phrases", -term and ?term, got ${pattern}`,
      501,
    );
  }
  const terms = readTerms(pattern);
  const required = terms.filter(({ sign }) => sign === "");
  const excluded = terms.filter(({ sign }) => sign === "-");
  const optional = terms.filter(({ sign }) => sign === "?");
  return (message) =>
    required.every(({ text }) => message.includes(text)) &&
    excluded.every(({ text }) => !message.includes(text)) &&
    (required.length > 0 || optional.length === 0 || optional.some(({ text }) => message.includes(text)));
}
