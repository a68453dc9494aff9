// JSON Patch: operations that change a JSON document, one after the other, all of them or none.
// https://www.rfc-editor.org/rfc/rfc6902
import { shown } from "../../records/json";
import {
  equalJson,
  isMembers,
  type Json,
  type JsonArray,
  type JsonMembers,
  parseJson,
  pointerToken,
  writeJson,
} from "./losslessJson";

/** One operation; `path` and `from` are JSON Pointers (https://www.rfc-editor.org/rfc/rfc6901). */
export type PatchOperation =
  | { readonly op: "add"; readonly path: string; readonly value: Json }
  | { readonly op: "replace"; readonly path: string; readonly value: Json }
  | { readonly op: "test"; readonly path: string; readonly value: Json }
  | { readonly op: "move"; readonly path: string; readonly from: string }
  | { readonly op: "copy"; readonly path: string; readonly from: string }
  | { readonly op: "remove"; readonly path: string };

const OPERATIONS = ["add", "remove", "replace", "move", "copy", "test"];
/** What `copy` operations may add in all, in characters: each can double a document. */
const COPIED_AT_MOST = 16_000_000;

/**
 * Reads a patch. Members that an operation does not have are ignored, as the RFC wants it.
 *
 * @throws Error that names the operation's member
 */
export function readPatch(patch: Json): readonly PatchOperation[] {
  if (!Array.isArray(patch) || patch.length === 0)
    throw new Error(`[patch] must be a list of one or more operations, got ${shown(patch)}`);
  return patch.map(readOperation);
}

function readOperation(operation: Json, at: number): PatchOperation {
  const where = `patch[${at}]`;
  if (!isMembers(operation)) throw new Error(`[${where}] must be an object, got ${shown(operation)}`);
  const member = (name: string) => (Object.hasOwn(operation, name) ? operation[name] : undefined);
  const op = member("op");
  const path = pointerMember(`${where}.path`, member("path"));
  if (op === "remove") return { op, path };
  if (op === "move" || op === "copy") return { op, path, from: pointerMember(`${where}.from`, member("from")) };
  if (op !== "add" && op !== "replace" && op !== "test")
    throw new Error(`[${where}.op] must be one of ${OPERATIONS.join(", ")}, got ${shown(op)}`);
  const value = member("value");
  if (value === undefined) throw new Error(`[${where}.value] must be given for ${op}, got nothing`);
  return { op, path, value };
}

function pointerMember(name: string, pointer: Json | undefined): string {
  if (typeof pointer !== "string" || !/^(\/([^~]|~[01])*)?$/s.test(pointer))
    throw new Error(`[${name}] must be a JSON Pointer such as "/card/number", got ${shown(pointer)}`);
  return pointer;
}

/**
 * Applies a patch.
 *
 * @param document may be changed in place, so give it one of its own
 * @throws Error that names the operation which could not be applied, or whose test failed
 */
export function applyPatch(document: Json, patch: readonly PatchOperation[]): Json {
  const patched = new Patched(document);
  for (const [at, operation] of patch.entries()) patched.apply(operation, `patch[${at}]`);
  return patched.document;
}

class Patched {
  private copied = 0;

  constructor(public document: Json) {}

  apply(operation: PatchOperation, where: string): void {
    const target = new Location(`${where}.path`, operation.path);
    if (operation.op === "test") this.test(target, operation.value, where);
    else if (operation.op === "remove") this.remove(target);
    else if (operation.op === "add") this.add(target, this.ownCopy(operation.value));
    else if (operation.op === "replace") this.replace(target, this.ownCopy(operation.value));
    else if (operation.op === "copy") this.add(target, this.ownCopy(this.valueAt(`${where}.from`, operation.from)));
    else this.move(target, operation.from, where);
  }

  private move(target: Location, from: string, where: string): void {
    const value = this.valueAt(`${where}.from`, from);
    if (target.pointer === from) return;
    if (target.pointer.startsWith(`${from}/`))
      throw new Error(
        `[${where}.path] must not lie within [${where}.from], ${shown(from)}, got ${shown(target.pointer)}`,
      );
    this.remove(new Location(`${where}.from`, from));
    this.add(target, value);
  }

  private valueAt(name: string, pointer: string): Json {
    return new Location(name, pointer).read(this.document);
  }

  private test(target: Location, value: Json, where: string): void {
    const found = target.read(this.document);
    if (!equalJson(found, value))
      throw new Error(
        `[${where}.value] must be what ${shown(target.pointer)} holds, ${shown(found)}, got ${shown(value)}`,
      );
  }

  private add(target: Location, value: Json): void {
    if (target.isRoot) this.document = value;
    else target.add(this.document, value);
  }

  private replace(target: Location, value: Json): void {
    target.read(this.document);
    if (target.isRoot) this.document = value;
    else target.set(this.document, value);
  }

  private remove(target: Location): void {
    if (target.isRoot) throw new Error(`[${target.name}] must leave something of the input, got "", all of it`);
    target.read(this.document);
    target.remove(this.document);
  }

  /** What is changed in one place must not change in another. */
  private ownCopy(value: Json): Json {
    const text = writeJson(value);
    this.copied += text.length;
    if (this.copied > COPIED_AT_MOST)
      throw new Error(`[patch] must not copy more than ${COPIED_AT_MOST} characters in all, got ${this.copied}`);
    return parseJson(text);
  }
}

/** A place in the document. */
class Location {
  private readonly parents: readonly string[];
  private readonly last: string;
  readonly isRoot: boolean;

  constructor(
    /** What errors call it. */
    readonly name: string,
    readonly pointer: string,
  ) {
    const tokens = pointer.split("/").slice(1);
    this.isRoot = tokens.length === 0;
    this.parents = tokens.slice(0, -1).map(unescaped);
    this.last = unescaped(tokens.at(-1) ?? "");
  }

  read(document: Json): Json {
    return this.isRoot ? document : this.child(this.parent(document), this.last, this.pointer);
  }

  add(document: Json, value: Json): void {
    const parent = this.parent(document);
    if (Array.isArray(parent)) parent.splice(this.last === "-" ? parent.length : this.index(parent.length), 0, value);
    else if (isMembers(parent)) setMember(parent, this.last, value);
    else throw this.lost(this.pointer);
  }

  set(document: Json, value: Json): void {
    const parent = this.parent(document);
    if (Array.isArray(parent)) parent[this.index(parent.length - 1)] = value;
    else if (isMembers(parent)) setMember(parent, this.last, value);
  }

  remove(document: Json): void {
    const parent = this.parent(document);
    if (Array.isArray(parent)) parent.splice(this.index(parent.length - 1), 1);
    else if (isMembers(parent)) delete parent[this.last];
  }

  private parent(document: Json): JsonArray | JsonMembers {
    let [at, pointer] = [document, ""];
    for (const token of this.parents) {
      pointer += `/${pointerToken(token)}`;
      at = this.child(at, token, pointer);
    }
    if (Array.isArray(at) || isMembers(at)) return at;
    throw this.lost(this.pointer);
  }

  private child(parent: Json, token: string, pointer: string): Json {
    const found = Array.isArray(parent)
      ? parent[indexOf(token) ?? parent.length]
      : isMembers(parent) && Object.hasOwn(parent, token)
        ? parent[token]
        : undefined;
    if (found === undefined) throw this.lost(pointer);
    return found;
  }

  private index(most: number): number {
    const index = indexOf(this.last);
    if (index === undefined || index > most)
      throw new Error(`[${this.name}] must end in an index from 0 to ${most} or in "-", got ${shown(this.pointer)}`);
    return index;
  }

  private lost(at: string): Error {
    return new Error(
      `[${this.name}] must lead to a place in the input, got ${shown(this.pointer)}, and there is no ${at}`,
    );
  }
}

function indexOf(token: string): number | undefined {
  return /^(0|[1-9]\d{0,15})$/.test(token) ? Number(token) : undefined;
}

function unescaped(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** Assigning to `__proto__` would set the prototype. */
function setMember(members: JsonMembers, name: string, value: Json): void {
  Object.defineProperty(members, name, { value, writable: true, enumerable: true, configurable: true });
}
