// Looks whether an order makes sense before it is accepted: the bookshop's check of its API of orders.
import type { CommandOf } from "../commands/command";
import { type CatalogueEnvironment, getBook } from "./getBook";
import type { OrderCommands } from "./orderCommands";

/**
 * A book must be there, and cost what the customer takes it for. That an order can be cancelled is for the function that decides: it
 * may have been placed just now.
 *
 * @throws `BookNotFoundError` when the catalogue does not have the book, `PriceChangedError` when it costs something else, `ServiceUnavailable`
 *   when the catalogue does not answer as it should
 */
export async function checkOrder(command: CommandOf<OrderCommands>, environment: CatalogueEnvironment): Promise<void> {
  if (command.name !== "placeOrder") return;
  const { isbn, price } = command.data;
  const book = await getBook(isbn, environment);
  if (book.price === price) return;
  throw Object.assign(new Error(`the book ${isbn} costs ${book.price}, not ${price}`), {
    name: "PriceChangedError",
    detail: `A copy costs ${book.price} now.`,
  });
}
