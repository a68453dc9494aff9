// Names of alarms that fit into the table.

const short: Readonly<Record<string, string>> = {
  "spool-depth": "spool",
  "spool-poison": "poison",
  "events-dropped": "dropped",
  "dead-letters": "DLQ",
  "server-errors": "errors",
  "function-errors": "errors",
  "executions-failed": "failed",
};

/**
 * An alarm's name without that of its component, which the row tells already.
 *
 * @param name as in the program, such as `send-receipt-events-dropped`
 */
export function shortAlarm(name: string, component: string): string {
  const own = (name.startsWith(`${component}-`) ? name.slice(component.length + 1) : name).replace(/-alarm$/, "");
  return short[own] ?? own;
}
