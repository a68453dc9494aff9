// What a simulated function cannot do: an error that names the module and the function.

/** A function and a class that only throws, with every property of the same kind. */
export function unavailable(module: string, member: string): () => never {
  const refuse = function refuse(): never {
    throw Object.assign(new Error(`${module}.${member} is not available in a simulated function`), {
      name: "SimulatorUnavailable",
      code: "ERR_SIMULATOR_UNAVAILABLE",
    });
  };
  return new Proxy(refuse, {
    get: (target, name) =>
      typeof name === "string" && !(name in target)
        ? unavailable(module, `${member}.${name}`)
        : Reflect.get(target, name),
  });
}

/** A module of which nothing can be used; code that only imports it still loads. */
export function unavailableModule(module: string, own: Record<string, unknown> = {}): Record<string, unknown> {
  return new Proxy(own, {
    get: (target, name) => {
      if (typeof name !== "string" || name in target || name === "then") return Reflect.get(target, name);
      if (name === "__esModule" || name === "default") return undefined;
      return unavailable(module, name);
    },
    has: () => true,
  });
}
