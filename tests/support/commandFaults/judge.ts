// What must hold of every command once nothing moves, whatever went wrong before: read from the tables, the queues and the API.
import type { JsonObject } from "@respool/simulator";
import { childCommandId } from "../../../handlers/commands/ids";
import type { CommandStatus } from "../../../handlers/commands/status";
import type { CommandFaultsWorld } from "./world";

type Attributes = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;

interface Item {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly last: boolean;
}

/** What is known of all commands at one moment. */
export class Findings {
  readonly wrong: string[] = [];
  private readonly items: ReadonlyMap<string, Item>;
  private readonly effects: ReadonlyMap<string, number>;
  private readonly spool: readonly string[];
  private readonly poison: readonly string[];

  constructor(private readonly world: CommandFaultsWorld) {
    const { tableName, ledgerName } = world.outputs;
    this.items = new Map(this.scan(tableName).flatMap((item) => this.command(item)));
    this.effects = new Map(this.scan(ledgerName).map(({ id, times }) => [id?.S ?? "", Number(times?.N)]));
    ({ spool: this.spool, poison: this.poison } = world.lying());
  }

  /** At any moment: what has succeeded has its effect, and nothing else has one; and nothing happens twice. */
  always(): this {
    for (const [id, times] of this.effects) {
      if (times !== 1) this.say(id, `has ${times} effects`);
      if (this.items.get(id)?.state !== "succeeded") this.say(id, "has an effect");
    }
    for (const { id, state } of this.items.values()) {
      if (state === "succeeded" && !this.effects.has(id)) this.say(id, "has no effect");
    }
    const keys = this.world.provider.charges.map(({ key }) => key);
    if (new Set(keys).size < keys.length) this.wrong.push(`charged twice: ${keys}`);
    return this;
  }

  /** When nothing is under way any more, before anybody redrives. */
  rested(): this {
    this.always();
    const lying = [...this.spool, ...this.poison];
    for (const { id, state, name } of this.items.values()) {
      if ((state === "failed" || state === "parked") && !this.lies(id, lying)) this.say(id, "has no record");
      // Nobody waits for what nobody said to be accepted.
      const isOurs = name !== "placeOrder" || this.world.clients.told.some((told) => told.id === id);
      if (isOurs && !this.mayRest(id)) this.say(id, "is neither ended nor parked");
    }
    return this;
  }

  /** When nothing moves any more, and all that is not rejected was redriven. */
  settled(): this {
    this.rested();
    const accepted = new Set(this.world.clients.told.map(({ id }) => id));
    for (const { id, state } of this.items.values()) {
      if (state === "parked" && !this.lies(id, this.poison)) this.say(id, "is parked, and not in the poison queue");
    }
    for (const body of this.spool) {
      if (!body.includes('"kind":"rejected"')) this.wrong.push(`left in the spool: ${body.slice(0, 300)}`);
    }
    for (const id of accepted) this.told(id);
    this.sameIds();
    return this;
  }

  /** After data was mended and rejected work redriven, with nothing broken any more: all is done. */
  restored(): this {
    this.settled();
    for (const { id } of this.world.clients.told) {
      const status = this.world.status(id);
      const lies = [id, childCommandId(id, "stock", "reserveStock")].some((each) => this.lies(each, this.poison));
      if (lies || status?.status === "cancelled" || status?.status === "succeeded") continue;
      this.say(id, `should be done: ${status && shown(status)}`);
    }
    return this;
  }

  /** The answer to a client, children included. */
  private told(id: string): void {
    const status = this.world.status(id);
    if (status === undefined) {
      this.say(id, "is not known to the API");
      return;
    }
    const { provider } = this.world;
    const charges = (key: string) => provider.charges.filter((charge) => charge.key === key).length;
    const own = this.items.get(id)?.state;
    const stock = this.items.get(childCommandId(id, "stock", "reserveStock"));
    const isDone = charges(id) === 1 && charges(`${id}-ship`) === 1 && own === "succeeded";
    switch (status.status) {
      case "succeeded":
        if (!isDone || stock?.state !== "succeeded") this.say(id, `is told to have succeeded: ${shown(status)}`);
        return;
      case "failed":
        if (own !== "failed" && stock?.state !== "failed") this.say(id, `is told to have failed: ${shown(status)}`);
        if (own === "failed" && charges(id) > 0) this.say(id, "is failed, and charged");
        return;
      case "cancelled":
        if (charges(id) + charges(`${id}-ship`) > 0 || stock !== undefined) this.say(id, "is cancelled, and was begun");
        return;
      case "parked":
        if (this.poison.length === 0) this.say(id, `is told to be parked: ${shown(status)}`);
        return;
      default:
        this.say(id, `is told to be ${shown(status)}`);
    }
  }

  /** A key is one command. */
  private sameIds(): void {
    const ids = new Map<string, string>();
    for (const { order, asked, id } of this.world.clients.told) {
      if (!asked.keyed && asked.by !== "message") continue;
      if ((ids.get(order) ?? id) !== id) this.wrong.push(`${order} is ${id} and ${ids.get(order)}`);
      ids.set(order, id);
    }
  }

  /**
   * Where a function died before it could begin the command, others recorded that: SQS moved the message, or the launcher told of its redrive. Neither
   * knows the status, which is what it was before until a redrive begins the command. What the function recorded itself it has told the status.
   */
  private mayRest(id: string): boolean {
    const { state = "", last } = this.items.get(id) ?? {};
    if (last || !["accepted", "running"].includes(state)) return true;
    return this.spool.some((body) => body.includes(id) && !body.includes(`"command":{"id":"${id}"`));
  }

  private lies(id: string, bodies: readonly string[]): boolean {
    return bodies.some((body) => body.includes(id));
  }

  private say(id: string, what: string): void {
    const { name = "", state = "unknown" } = this.items.get(id) ?? {};
    const order = this.world.clients.told.find((told) => told.id === id)?.order ?? "";
    this.wrong.push([name, order, id, `(${state})`, what].filter((word) => word !== "").join(" "));
  }

  private scan(TableName: string): readonly Attributes[] {
    return this.world.simulation.call<{ Items: readonly Attributes[] }>("dynamodb", "Scan", {
      TableName,
      ConsistentRead: true,
    } satisfies JsonObject).Items;
  }

  private command({ id, name, state, last }: Attributes): readonly (readonly [string, Item])[] {
    const [prefix, uuid] = (id?.S ?? "").split("#");
    if (prefix !== "command" || uuid === undefined) return [];
    return [[uuid, { id: uuid, name: name?.S ?? "", state: state?.S ?? "", last: last !== undefined }]];
  }
}

function shown({ status, reason, steps = [] }: CommandStatus): string {
  return JSON.stringify({ status, reason, steps });
}
