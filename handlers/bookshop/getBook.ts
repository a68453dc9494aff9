// Looks a book up in the catalogue: the bookshop's handler of `GET /books/{bookId}`.
import type { RehearsalEnvironment } from "./dependency";

/** A book as the catalogue knows it. */
export interface Book {
  readonly bookId: string;
  readonly title: string;
  /** In units of the currency. */
  readonly price: number;
}

/** The function's environment. */
export interface CatalogueEnvironment extends RehearsalEnvironment {
  /** The catalogue's address; books are read from `/books/<id>` there. */
  readonly CATALOGUE_URL?: string;
}

/**
 * Reads a book.
 *
 * @throws `BookNotFoundError` when the catalogue does not have it: the client's own fault. `ServiceUnavailable` when the catalogue does
 *   not answer as it should: ours.
 */
export async function getBook(bookId: string, environment: CatalogueEnvironment): Promise<Book> {
  const { CATALOGUE_URL = "", BEHAVIOR = "OK", SLEEP = "0" } = environment;
  if (Number(SLEEP) > 0) {
    await new Promise((resolve) => setTimeout(resolve, Number(SLEEP) * 1_000));
  }
  if (BEHAVIOR === "NG") {
    throw named("BehaviorIsNG", "BEHAVIOR is NG: failing on purpose");
  }
  const response = await read(`${CATALOGUE_URL.replace(/\/+$/, "")}/books/${encodeURIComponent(bookId)}`);
  if (response.status === 404) {
    throw Object.assign(named("BookNotFoundError", `the catalogue has no book ${bookId}`), {
      detail: "There is no book with this id.",
    });
  }
  if (!response.ok) {
    throw named("ServiceUnavailable", `the catalogue answered with status ${response.status}`);
  }
  const { title, price } = (await response.json()) as Pick<Book, "title" | "price">;
  return { bookId, title, price };
}

async function read(url: string): Promise<Response> {
  try {
    return await fetch(url);
  } catch (error) {
    throw named("ServiceUnavailable", `the catalogue cannot be reached: ${String(error)}`);
  }
}

/** A class of its own would lose its name where a closure is serialized. */
function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
