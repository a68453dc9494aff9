// Ways to break the library under program/commands.ts, and the cycle case that must notice each.
import type { JsonObject } from "@respool/simulator";
import { type Breakage, inputs, variable } from "./breakages";

/** An archive as a program's resources have it: a mark of Pulumi's, and below it path -> content in base 64. */
type Archive = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Changes the code of a packaged function. What is looked for must be there once. */
function code(name: string, from: RegExp, to: string): Breakage["change"] {
  return inputs("aws:lambda/function:Function", new RegExp(`^${name}$`), ({ code: given }) => {
    const [[mark, files] = ["", {}]] = Object.entries(given as Archive);
    const texts = Object.entries(files).map(([path, content]) => [path, Buffer.from(content, "base64").toString()]);
    const found = texts.filter(([path, text]) => path?.endsWith(".js") && text?.match(from));
    const [[path = "", text = ""] = []] = found;
    const places = [...text.matchAll(new RegExp(from, "g"))];
    if (places.length !== 1) throw new Error(`the code of ${name} has ${from} ${places.length} times`);
    return { code: { [mark]: { ...files, [path]: Buffer.from(text.replace(from, to)).toString("base64") } } };
  });
}

/** Changes a member of what a function is told of its place. */
function told(name: string, members: JsonObject): Breakage["change"] {
  return variable(name, "RESPOOL_MIDDLEWARE", (text) =>
    JSON.stringify({ ...(JSON.parse(text) as JsonObject), ...members }),
  );
}

const keyReused = "the same key with another body is refused (422), and the first one is done";

export const commandBreakages: readonly Breakage[] = [
  {
    name: "a command that was accepted is not sent again",
    noticedBy: "the API's function crashes at every call of a POST: the same key again, and it is done once",
    change: code(
      "shop",
      /return await (\w+\([\w,]+\)),(\{id:\w+,acceptedAt:[\w.]+,created:)(\w+)/,
      "return $3&&await $1,$2$3",
    ),
  },
  {
    name: "a key stands for any body",
    noticedBy: keyReused,
    change: code("shop", /\.fingerprint!==(\w+)\|\|\w+\.name!==\w+\|\|\w+\.source!==\w+\.source/, ".nothing!==void 0"),
  },
  {
    name: "what was cancelled may begin",
    noticedBy: "cancel and begin at the same time: one of them wins, and the other is told so",
    change: code(
      "orders",
      /NOT #state IN \(:succeeded, :cancelled\)/,
      "NOT #state IN (:succeeded) AND NOT #id IN (:cancelled)",
    ),
  },
  {
    name: "what has begun may be cancelled",
    noticedBy: "an order that has begun cannot be cancelled (409), and is done",
    change: code("shop", /(?<=")#state = :accepted(?=")/, "#state = :accepted OR #state <> :cancelled"),
  },
  {
    name: "permanent errors of a command are tried again",
    noticedBy: "what fails for good ends failed at once, with a harmless reason, and a plain run leaves it",
    change: told("parcels", { permanentErrors: {} }),
  },
  {
    name: "a function does not know its last receive",
    noticedBy:
      "the provider is away while orders are accepted: they are parked, and each is done once when they are redriven",
    change: told("parcels", { maxReceiveCount: 99 }),
  },
  {
    name: "there is no limit to hops",
    noticedBy: "a message that four commands led to ends failed, and is never decided",
    change: told("orders", { maxHops: 100 }),
  },
  {
    name: "a message may come back",
    noticedBy: "a message that comes back to its function ends failed, and is never decided",
    change: told("orders", { source: "others" }),
  },
  {
    name: "dead letters of SQS are known by the message",
    noticedBy:
      "the spool loses its replies at the last receive: SQS's own dead letter is the same work, and redriven once",
    change: code("reprocess", /"respoolCommand"/, '"otherCommand"'),
  },
];
