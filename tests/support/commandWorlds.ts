// One world of a command's middleware for each test, in a time that stands still.
import { afterEach, beforeEach, vi } from "vitest";
import { COMMAND_ID, CommandFunctionWorld, commandConfig, type WorldHandler } from "./commandFunctionWorld";

/** The worlds of one file's tests. */
class CommandWorlds {
  #world: CommandFunctionWorld | undefined;

  get world(): CommandFunctionWorld {
    if (this.#world === undefined) throw new Error("this test has made no world: see worldWith");
    return this.#world;
  }

  /** Makes a world with this handler, whose calls are counted. */
  readonly worldWith = (handle: WorldHandler = () => undefined, config = commandConfig) => {
    const handler = vi.fn(handle);
    this.#world = new CommandFunctionWorld(handler, config);
    return { handler, run: this.#world.run };
  };

  readonly status = () => this.world.statuses.read(COMMAND_ID);

  end(): void {
    this.#world?.close();
    this.#world = undefined;
  }
}

/** Gives the tests of a file worlds of their own, and a date that does not move. */
export function commandWorlds(): CommandWorlds {
  const worlds = new CommandWorlds();
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 1) });
  });
  afterEach(() => {
    worlds.end();
    vi.useRealTimers();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
  return worlds;
}
