// A module with state of its own, for closures that capture it.
const prices = new Map([["book", 12]]);

export function priceOf(name: string): number | undefined {
  return prices.get(name);
}
