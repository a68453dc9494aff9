// Changes inside an item, by document path. Items are values: every change makes a new one.
import type { AttributeValue, Item } from "../attributeValue";
import { validation } from "../errors";
import { type DocumentPath, valueAt } from "./documentPath";

function invalidPath() {
  return validation("The document path provided in the update expression is invalid for update");
}

function withValue(holder: AttributeValue, [step, ...rest]: DocumentPath, value: AttributeValue): AttributeValue {
  if (typeof step === "number") {
    if (holder.L === undefined) throw invalidPath();
    const elements = [...holder.L];
    // Beyond the end means at the end (Developer Guide: "Adding elements to a list").
    const index = Math.min(step, elements.length);
    const element = elements[index];
    if (rest.length > 0 && element === undefined) throw invalidPath();
    elements[index] = rest.length === 0 ? value : withValue(element as AttributeValue, rest, value);
    return { L: elements };
  }
  if (holder.M === undefined || step === undefined) throw invalidPath();
  const member = holder.M[step];
  if (rest.length > 0 && member === undefined) throw invalidPath();
  return { M: { ...holder.M, [step]: rest.length === 0 ? value : withValue(member as AttributeValue, rest, value) } };
}

/** Throws AwsError ValidationException where the path leads through nothing. */
export function setAt(item: Item, path: DocumentPath, value: AttributeValue): Item {
  return withValue({ M: item }, path, value).M ?? {};
}

function without(holder: AttributeValue, [step, ...rest]: DocumentPath): AttributeValue {
  if (typeof step === "number") {
    const elements = [...(holder.L ?? [])];
    if (rest.length === 0) elements.splice(step, 1);
    else elements[step] = without(elements[step] as AttributeValue, rest);
    return { L: elements };
  }
  const members = { ...holder.M };
  if (rest.length === 0) delete members[step as string];
  else members[step as string] = without(members[step as string] as AttributeValue, rest);
  return { M: members };
}

/** Paths that lead to nothing are passed over. */
export function removeAt(item: Item, paths: readonly DocumentPath[]): Item {
  const last = (path: DocumentPath) => path.at(-1);
  // From the end of a list to its beginning.
  const ordered = [...paths].sort((left, right) => Number(last(right)) - Number(last(left)) || 0);
  let holder: AttributeValue = { M: item };
  for (const path of ordered) if (valueAt(holder.M ?? {}, path) !== undefined) holder = without(holder, path);
  return holder.M ?? {};
}
