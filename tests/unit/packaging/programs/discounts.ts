// A module without state, for closures that capture it.
export function discount(price: number): number {
  return round(price * 0.9);
}

function round(price: number): number {
  return Math.round(price * 100) / 100;
}
