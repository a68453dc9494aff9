// Decides whether a replayed execution came to what AWS recorded.
import type { Json, JsonObject } from "../simulator/json";
import { compareHistory } from "./compareHistory";
import type { ConformanceCase, NormaliseRule } from "./conformanceCase";
import { type Difference, Matcher } from "./match";
import { type Observed, parsedOnce, type Rewrite, rewritten } from "./observed";
import type { References } from "./references";

/** What a case's rules left in place of values. Numbered ones read `<name:N>`, which is a placeholder anyway. */
function masksOf(rules: readonly NormaliseRule[]): string[] {
  return rules.flatMap(({ to, text, numbered = false }) =>
    to === undefined || text !== undefined || numbered ? [] : [to],
  );
}

function rewritesOf(rules: readonly NormaliseRule[], references: References): Rewrite[] {
  return rules.flatMap(({ text, to }) =>
    text === undefined || to === undefined ? [] : [{ text: references.text(text), to }],
  );
}

function differencesOfEnd(item: ConformanceCase, observed: Observed, matcher: Matcher): Difference[] {
  const { expected } = item;
  const found = matcher.differences(expected.status, observed.status, "status");
  if (expected.exception !== undefined) {
    const { exception_typename: code, exception_value: value } = expected.exception;
    // botocore's words around the service's own text.
    const recorded = {
      code,
      message: value.replace(/^An error occurred \(\w+\) when calling the \w+ operation: /, ""),
    };
    return [...found, ...matcher.differences(recorded, observed.exception as JsonObject | undefined, "exception")];
  }
  found.push(...matcher.differences(expected.output, observed.output, "output"));
  found.push(...matcher.differences(expected.error, observed.error, "error"));
  found.push(...matcher.differences(expected.cause, observed.cause, "cause"));
  if (expected.response !== undefined) {
    found.push(...matcher.differences(expected.response, observed.response, "response"));
  }
  return found;
}

/** All differences between a recording and its replay. */
export function judge(item: ConformanceCase, observed: Observed, references: References): Difference[] {
  const { expected, normalise } = item;
  const matcher = new Matcher(masksOf(normalise));
  const seen = rewritten(observed as unknown as Json, rewritesOf(normalise, references)) as unknown as Observed;
  const history = seen.history.map((event) => parsedOnce(event) as JsonObject);
  const end = { ...seen, cause: parsedOnce(seen.cause ?? null) ?? undefined };
  const response = seen.response === undefined ? undefined : (parsedOnce(seen.response) as JsonObject);
  return [
    ...differencesOfEnd(item, { ...end, response }, matcher),
    ...compareHistory(
      expected.history,
      history,
      expected.historyOrder ?? "exact",
      expected.historyDropped ?? 0,
      matcher,
    ),
  ];
}
