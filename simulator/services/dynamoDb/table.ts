// A table: its key schema, its indexes, its items.
import { type AttributeValue, checkedItem, compare, equals, type Item, itemSize, typeOf } from "./attributeValue";
import { invalidParameters, transactionConflict, validation } from "./errors";

export type KeyType = "S" | "N" | "B";

export interface KeySchema {
  readonly hash: string;
  readonly range?: string;
}

export interface SecondaryIndex {
  readonly name: string;
  readonly keys: KeySchema;
  /** The names that it has besides the keys; all when left out. */
  readonly projected?: readonly string[];
  readonly kind: "global" | "local";
}

export interface TableDescription {
  readonly name: string;
  readonly arn: string;
  readonly keys: KeySchema;
  /** Of the attributes that keys use. */
  readonly attributeTypes: Readonly<Record<string, KeyType>>;
  readonly indexes: readonly SecondaryIndex[];
  readonly billingMode: "PROVISIONED" | "PAY_PER_REQUEST";
  /** Units a second, of a provisioned table. */
  readonly capacity: { readonly read: number; readonly write: number };
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** What a write changed: neither, one or both versions of the item. */
export interface ItemChange {
  readonly before?: Item | undefined;
  readonly after?: Item | undefined;
  /** Time to live deleted the item, nobody's request. */
  readonly byService?: boolean;
}

/** Developer Guide: "Quotas in Amazon DynamoDB", item size. */
const largestItem = 400 * 1024;

export function keyNames({ hash, range }: KeySchema): readonly string[] {
  return range === undefined ? [hash] : [hash, range];
}

function isEmpty(value: AttributeValue): boolean {
  return value.S === "" || value.B === "";
}

export class Table {
  private readonly stored = new Map<string, Item>();
  private readonly locked = new Set<string>();
  private readonly listeners: ((change: ItemChange) => void)[] = [];
  deletionProtected = false;

  constructor(readonly description: TableDescription) {}

  /** In the order in which they were first put. */
  get items(): readonly Item[] {
    return [...this.stored.values()];
  }

  get size(): number {
    return this.stored.size;
  }

  /** Checks a whole item and makes it as it is stored. Throws AwsError ValidationException. */
  checked(item: Item): Item {
    const checked = checkedItem(item);
    for (const name of keyNames(this.description.keys)) {
      const value = checked[name];
      if (value === undefined) throw invalidParameters(`Missing the key ${name} in the item`);
      this.checkKeyValue(name, value);
    }
    for (const index of this.description.indexes) {
      for (const name of keyNames(index.keys)) {
        const value = checked[name];
        if (value !== undefined) this.checkKeyValue(name, value, index.name);
      }
    }
    if (itemSize(checked) > largestItem) throw validation("Item size has exceeded the maximum allowed size");
    return checked;
  }

  /** Checks a key, which has the key's attributes and no other. Throws AwsError ValidationException. */
  checkedKey(key: Item): Item {
    const names = keyNames(this.description.keys);
    const checked = checkedItem(key);
    const fits =
      Object.keys(checked).length === names.length &&
      names.every((name) => {
        const value = checked[name];
        return value !== undefined && typeOf(value) === this.description.attributeTypes[name];
      });
    if (!fits) throw validation("The provided key element does not match the schema");
    for (const name of names) this.checkKeyValue(name, checked[name] as AttributeValue);
    return checked;
  }

  keyOf(item: Item): Item {
    return Object.fromEntries(keyNames(this.description.keys).map((name) => [name, item[name] as AttributeValue]));
  }

  get(key: Item): Item | undefined {
    return this.stored.get(this.identity(key));
  }

  put(item: Item): void {
    const identity = this.identity(item);
    const before = this.stored.get(identity);
    this.stored.set(identity, item);
    this.tell({ before, after: item });
  }

  /** @param byService whether time to live deletes it */
  delete(key: Item, byService = false): void {
    const identity = this.identity(key);
    const before = this.stored.get(identity);
    this.stored.delete(identity);
    this.tell({ before, byService });
  }

  /** Calls back after each write that changed something. */
  onChange(run: (change: ItemChange) => void): void {
    this.listeners.push(run);
  }

  /** Whether a transaction that is under way has the item. */
  isLocked(key: Item): boolean {
    return this.locked.has(this.identity(key));
  }

  /** Throws AwsError TransactionConflictException. */
  checkUnlocked(key: Item): void {
    if (this.isLocked(key)) throw transactionConflict();
  }

  lock(key: Item): void {
    this.locked.add(this.identity(key));
  }

  unlock(key: Item): void {
    this.locked.delete(this.identity(key));
  }

  /** The items of the table or of an index, in the order of its range key. */
  sorted(items: readonly Item[], keys: KeySchema): Item[] {
    const { range } = keys;
    if (range === undefined) return [...items];
    const order = (left: Item, right: Item) =>
      compare(left[range] as AttributeValue, right[range] as AttributeValue) ?? 0;
    return [...items].sort(order);
  }

  /** An item's own name in the table. */
  identity(item: Item): string {
    return JSON.stringify(keyNames(this.description.keys).map((name) => item[name]));
  }

  private tell(change: ItemChange): void {
    const { before, after } = change;
    if (before === undefined && after === undefined) return;
    if (before !== undefined && after !== undefined && equals({ M: before }, { M: after })) return;
    for (const run of this.listeners) run(change);
  }

  private checkKeyValue(name: string, value: AttributeValue, index?: string): void {
    const expected = this.description.attributeTypes[name];
    const actual = typeOf(value);
    if (actual !== expected) {
      throw invalidParameters(
        index === undefined
          ? `Type mismatch for key ${name} expected: ${expected} actual: ${actual}`
          : `Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${actual} IndexName: ${index}`,
      );
    }
    if (isEmpty(value)) {
      throw invalidParameters(
        `The AttributeValue for a key attribute cannot contain an empty ${actual === "B" ? "binary" : "string"} value. Key: ${name}`,
      );
    }
  }
}
