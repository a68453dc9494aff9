// Everybody whom the bookshop depends on, as one host outside AWS: a mood, and a count of what was done for each piece of work.
import type { HttpReply, HttpRequest, Simulation } from "@respool/simulator";

const host = "neighbours.example";

/** Where the programs of the drill reach them. */
export const neighboursUrl = `https://${host}`;

/**
 * `down` answers 503 and does nothing, `busy` 429. `silent` does what it is asked to, and never answers; `slow` does it, and answers a
 * second later.
 */
export type Mood = "well" | "down" | "busy" | "silent" | "slow";

const slowness = 1_000;

/** Pieces of work whose ids begin with it are nonsense: nobody ever does them. */
export const nonsense = "no-such-";

/** Does each piece of work that it gets, once for an idempotency key. */
export class Neighbours {
  mood: Mood = "well";
  /** A piece of work that they cannot take until they are mended. */
  refused: string | undefined;
  /** Requests that came. */
  calls = 0;
  /** By path and piece. */
  private readonly done = new Map<string, Map<string, number>>();
  private readonly keys = new Set<string>();

  constructor(private readonly simulation: Simulation) {
    simulation.internet.register(host, (request, reply) => this.answer(request, reply));
  }

  /** How often a piece of work was done at a path. Reading changes nothing and is not counted. */
  effects(path: string, piece: string): number {
    return this.done.get(path)?.get(piece) ?? 0;
  }

  /** The pieces that were done at a path, in the order in which that was. */
  order(path: string): readonly string[] {
    return [...(this.done.get(path)?.keys() ?? [])];
  }

  private answer(request: HttpRequest, reply: HttpReply): void {
    this.calls += 1;
    const piece = pieceOf(request);
    const answer = (status: number) =>
      reply({ status, headers: { "content-type": "application/json" }, body: JSON.stringify(bodies(piece)) });
    if (this.mood === "down") answer(503);
    else if (this.mood === "busy") answer(429);
    else if (piece === this.refused) answer(422);
    else if (piece.startsWith(nonsense)) answer(request.method === "GET" ? 404 : 422);
    else {
      if (request.method !== "GET") this.do(request.url.pathname, piece, request.headers["idempotency-key"]);
      if (this.mood === "slow") this.simulation.clock.after(slowness, () => answer(200));
      else if (this.mood !== "silent") answer(200);
    }
  }

  /** What follows from a piece of work is done under its key, too, elsewhere. */
  private do(path: string, piece: string, key: string | undefined): void {
    if (key !== undefined && this.keys.has(`${path} ${key}`)) return;
    if (key !== undefined) this.keys.add(`${path} ${key}`);
    const there = this.done.get(path) ?? new Map<string, number>();
    this.done.set(path, there.set(piece, (there.get(piece) ?? 0) + 1));
  }
}

function bodies(piece: string): object {
  return { id: piece, title: "The Go-Between", price: 12, state: "packed" };
}

/** What a request is about: the end of the path that is read, or the order in the body that is posted. */
function pieceOf({ method, url, body }: HttpRequest): string {
  if (method === "GET") return decodeURIComponent(url.pathname.split("/").at(-1) ?? "");
  const { order, put } = JSON.parse(body.toString("utf8")) as { order?: string; put?: { orderId?: string } };
  const piece = order ?? put?.orderId;
  if (piece === undefined) throw new Error(`a request must name an order, got ${body.toString("utf8")}`);
  return piece;
}
