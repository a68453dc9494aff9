// A bucket's lifecycle configuration: which objects expire, and when.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
import { AwsError } from "../../service";
import type { StoredObject } from "./bucket";
import { invalidArgument, malformedXml, refuseUnknown } from "./errors";

interface FilterInput {
  readonly Prefix?: string;
  readonly ObjectSizeGreaterThan?: number;
  readonly ObjectSizeLessThan?: number;
  readonly And?: Omit<FilterInput, "And">;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
export interface LifecycleRuleInput {
  readonly ID?: string;
  readonly Status?: string;
  readonly Filter?: FilterInput;
  readonly Prefix?: string;
  readonly Expiration?: {
    readonly Days?: number;
    readonly Date?: string;
    readonly ExpiredObjectDeleteMarker?: boolean;
  };
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation?: number };
  readonly NoncurrentVersionExpiration?: object;
}

export interface LifecycleRule {
  /** As it was given, with an ID. */
  readonly given: LifecycleRuleInput & { readonly ID: string };
  /** When the rule removes an object, in milliseconds since the epoch; undefined when it leaves it. */
  expiresAt(object: StoredObject): number | undefined;
}

const day = 86_400_000;

function midnightAfter(time: number): number {
  return Math.ceil(time / day) * day;
}

function checkExpiration({ Days, Date: date }: NonNullable<LifecycleRuleInput["Expiration"]>): void {
  if (Days !== undefined && date !== undefined) throw malformedXml();
  if (Days !== undefined && (!Number.isInteger(Days) || Days < 1)) {
    throw invalidArgument("'Days' for Expiration action must be a positive integer");
  }
  if (date !== undefined && Date.parse(date) % day !== 0) throw invalidArgument("'Date' must be at midnight GMT");
}

/** A rule as it applies. @param defaultId for a rule without one */
export function lifecycleRule(given: LifecycleRuleInput, defaultId: string): LifecycleRule {
  const where = "LifecycleRule";
  refuseUnknown(where, given, [
    ...["ID", "Status", "Filter", "Prefix", "Expiration", "AbortIncompleteMultipartUpload"],
    "NoncurrentVersionExpiration",
  ]);
  const filterMembers = ["Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan"];
  refuseUnknown(`${where}.Filter`, given.Filter ?? {}, [...filterMembers, "And"]);
  refuseUnknown(`${where}.Filter.And`, given.Filter?.And ?? {}, filterMembers);
  const { Status, Expiration: expiration, Filter: filter } = given;
  if (Status !== "Enabled" && Status !== "Disabled") throw malformedXml();
  const acts = expiration ?? given.AbortIncompleteMultipartUpload ?? given.NoncurrentVersionExpiration;
  if (acts === undefined) {
    throw new AwsError("InvalidRequest", "At least one action needs to be specified in a rule.");
  }
  checkExpiration(expiration ?? {});
  const conditions = filter?.And ?? filter ?? {};
  const prefix = conditions.Prefix ?? given.Prefix ?? "";
  const { ObjectSizeGreaterThan: above = -1, ObjectSizeLessThan: below = Number.POSITIVE_INFINITY } = conditions;
  const fits = ({ key, bytes }: StoredObject) =>
    Status === "Enabled" && key.startsWith(prefix) && bytes.length > above && bytes.length < below;
  const at = ({ modifiedAt }: StoredObject) => {
    if (expiration?.Date !== undefined) return Date.parse(expiration.Date);
    // The days are counted from the creation, and rounded up to the next midnight UTC.
    return expiration?.Days === undefined ? undefined : midnightAfter(modifiedAt + expiration.Days * day);
  };
  return {
    given: { ...given, ID: given.ID ?? defaultId },
    expiresAt: (object) => (fits(object) ? at(object) : undefined),
  };
}

/** The rule that removes an object first, and when. */
export function firstExpiry(
  rules: readonly LifecycleRule[],
  object: StoredObject,
): { readonly rule: LifecycleRule; readonly at: number } | undefined {
  return rules
    .flatMap((rule) => {
      const at = rule.expiresAt(object);
      return at === undefined ? [] : [{ rule, at }];
    })
    .sort((left, right) => left.at - right.at)[0];
}
