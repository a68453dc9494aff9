import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { getBook } from "../../../../handlers/bookshop/getBook";

const environment = { CATALOGUE_URL: "https://catalogue.example/" };
const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
});

afterEach(() => {
  vi.unstubAllGlobals();
  fetched.mockReset();
});

describe("looking up a book", () => {
  it("reads it from the catalogue", async () => {
    fetched.mockResolvedValue(Response.json({ title: "Ulysses", price: 12, internal: true }));
    expect(await getBook("a/b", environment)).toEqual({ bookId: "a/b", title: "Ulysses", price: 12 });
    expect(fetched).toHaveBeenCalledExactlyOnceWith("https://catalogue.example/books/a%2Fb");
  });

  it("says that there is no such book, with a text for the client", async () => {
    fetched.mockResolvedValue(new Response("", { status: 404 }));
    await expect(getBook("7", environment)).rejects.toMatchObject({
      name: "BookNotFoundError",
      message: "the catalogue has no book 7",
      detail: "There is no book with this id.",
    });
  });

  it("is a server error when the catalogue does not answer as it should", async () => {
    fetched
      .mockResolvedValueOnce(new Response("", { status: 400 }))
      .mockRejectedValueOnce(new TypeError("fetch failed"));
    await expect(getBook("7", environment)).rejects.toMatchObject({
      name: "ServiceUnavailable",
      message: "the catalogue answered with status 400",
    });
    await expect(getBook("7", environment)).rejects.toMatchObject({
      message: "the catalogue cannot be reached: TypeError: fetch failed",
    });
  });

  it("fails on purpose when it is told to", async () => {
    await expect(getBook("7", { ...environment, BEHAVIOR: "NG" })).rejects.toMatchObject({ name: "BehaviorIsNG" });
    expect(fetched).not.toHaveBeenCalled();
  });
});
