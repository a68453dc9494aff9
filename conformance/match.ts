// Compares what was observed with what was recorded, where placeholders and masked values stand for anything.
import type { Json, JsonObject } from "../simulator/json";

/** One place where the two differ. */
export interface Difference {
  /** Such as "history[3].taskFailedEventDetails.cause". */
  readonly at: string;
  readonly recorded: string;
  readonly observed: string;
}

/** What the recorder wrote in place of values; the case's own masks come in addition. */
const sharedMasks = [
  ...["date", "timestamp", "datetime", "RequestId", "X-Amzn-Trace-Id", "x-amz-crc32"],
  ...["x-amzn-RequestId", "x-amzn-requestid", "snf_role_arn", "sfn_role_arn"],
];

/** Values whose kind the recorder's mask tells. */
const kinds: Readonly<Record<string, (value: Json | undefined) => boolean>> = {
  RandomNumberGenerated: (value) => Number.isInteger(value),
  "generated-uuid": (value) => typeof value === "string" && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(value),
};

/** Their form changed over the years: only that they are there counts. */
const opaque = /^(SdkHttpMetadata|SdkResponseMetadata|x-amzn-.*|Content-Length)$/i;
/** Fields that recordings of 2023 lack. */
const younger = /^redrive(Count|Status|StatusReason|Date)$/i;

/** Such as <uuid:1>, and <<task_token>:1>, which two rules made. */
const placeholder = /<(?:<[a-zA-Z][^<>"]*>|[a-zA-Z])[^<>"]*>/;
const wholePlaceholder = new RegExp(`^${placeholder.source}$`);
const longest = 2000;

function shown(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}... (${text.length} characters)` : text;
}

/** What the recorder's "date" stands for inside of a longer text. */
const dateTime = "(?:date|\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:?\\d{2}))";

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

const patterns = new Map<string, RegExp>();

function patternOf(recorded: string): RegExp {
  let pattern = patterns.get(recorded);
  if (pattern === undefined) {
    const parts = recorded.split(new RegExp(placeholder.source, "g")).map(escapeRegExp);
    for (const [index, part] of parts.entries()) parts[index] = part.replace(/\bdate\b/g, dateTime);
    pattern = new RegExp(`^${parts.join("[\\s\\S]*?")}$`);
    patterns.set(recorded, pattern);
  }
  return pattern;
}

/** AWS keeps a number's text, such as 0.0; JavaScript does not. */
function withoutZeroFractions(text: string): string {
  return text.replace(/(-?\b\d+)\.0+\b/g, "$1");
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Nested JSON text is compared as text, but for what is opaque inside of it. */
function parseOpaque(text: string): JsonObject | undefined {
  if (!text.startsWith("{") || !/Sdk(Http|Response)Metadata/.test(text)) return undefined;
  return parseJson(text) as JsonObject | undefined;
}

export class Matcher {
  private readonly masks: ReadonlySet<string>;

  /** @param masks what the case's own rules wrote in place of values */
  constructor(masks: readonly string[]) {
    this.masks = new Set([...sharedMasks, ...masks]);
  }

  /** All places where `observed` is not what was recorded. */
  differences(recorded: Json | undefined, observed: Json | undefined, at: string): Difference[] {
    const found: Difference[] = [];
    this.compare(recorded, observed, at, found);
    return found;
  }

  matches(recorded: Json | undefined, observed: Json | undefined): boolean {
    return this.differences(recorded, observed, "").length === 0;
  }

  private compare(recorded: Json | undefined, observed: Json | undefined, at: string, found: Difference[]): void {
    const differ = () => found.push({ at, recorded: shown(recorded), observed: shown(observed) });
    if (typeof recorded === "string") {
      if (!this.matchesText(recorded, observed)) differ();
    } else if (typeof recorded === "object" && recorded !== null && typeof observed === "string") {
      // Some rules of the recorder parsed more than the others.
      const parsed = parseJson(observed);
      if (typeof parsed !== "object" || parsed === null) differ();
      else this.compare(recorded, parsed, at, found);
    } else if (Array.isArray(recorded)) {
      if (!Array.isArray(observed) || observed.length !== recorded.length) differ();
      else
        recorded.forEach((element, index) => {
          this.compare(element as Json, observed[index] as Json, `${at}[${index}]`, found);
        });
    } else if (typeof recorded === "object" && recorded !== null) {
      if (typeof observed !== "object" || observed === null || Array.isArray(observed)) differ();
      else this.compareMembers(recorded as JsonObject, observed as JsonObject, at, found);
    } else if (recorded !== observed) differ();
  }

  private compareMembers(recorded: JsonObject, observed: JsonObject, at: string, found: Difference[]): void {
    const left = new Map(Object.entries(observed));
    for (const [key, value] of Object.entries(recorded)) {
      const name = this.observedName(key, left);
      const path = at === "" ? key : `${at}.${key}`;
      const other = name === undefined ? undefined : left.get(name);
      if (name !== undefined) left.delete(name);
      if (name !== undefined && opaque.test(key)) continue;
      this.compare(value, other, path, found);
    }
    for (const [key, value] of left) {
      if (value === undefined || younger.test(key)) continue;
      found.push({ at: at === "" ? key : `${at}.${key}`, recorded: "nothing", observed: shown(value) });
    }
  }

  /** A key may hold a placeholder, too. */
  private observedName(recorded: string, observed: ReadonlyMap<string, Json | undefined>): string | undefined {
    if (observed.has(recorded)) return recorded;
    if (!placeholder.test(recorded)) return undefined;
    return [...observed.keys()].find((name) => patternOf(recorded).test(name));
  }

  private matchesText(recorded: string, observed: Json | undefined): boolean {
    if (recorded === observed) return true;
    if (observed === undefined) return false;
    const kind = kinds[recorded];
    if (kind !== undefined) return kind(observed);
    if (this.masks.has(recorded) || wholePlaceholder.test(recorded)) return true;
    if (typeof observed !== "string") return false;
    if ((placeholder.test(recorded) || /\bdate\b/.test(recorded)) && patternOf(recorded).test(observed)) return true;
    const plain = withoutZeroFractions(recorded);
    if (plain === withoutZeroFractions(observed)) return true;
    const inner = parseOpaque(recorded);
    const other = parseOpaque(observed);
    return inner !== undefined && other !== undefined && this.matches(inner, other);
  }
}
