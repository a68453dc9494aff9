// Names of alarms in the drill's table.
import { expect, it } from "vitest";
import { shortAlarm } from "../../../drill/shortAlarm";

it.each([
  ["send-receipt-events-dropped", "send-receipt", "dropped"],
  ["books-server-errors", "books", "errors"],
  ["spool-depth", "send-receipt", "spool"],
  ["spool-age", "send-receipt", "spool-age"],
  ["ship-order-dead-letters", "ship-order", "DLQ"],
  ["index-order-throttles", "index-order", "throttles"],
  ["index-order-throttles", "index", "order-throttles"],
])("%s of %s is %s", (name, component, short) => {
  expect(shortAlarm(name, component)).toBe(short);
});
